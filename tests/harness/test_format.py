"""A mistake in a case is named with its place, and what to write instead."""

from __future__ import annotations

import pytest

from conftest import CASE, SOURCE

STEP = CASE["steps"][0]


def test_what_is_no_json_is_named_by_line_and_column(harness):
    harness.write_text("one", '{\n  "title": "x",\n  "steps": [,]\n}')
    out = harness.test(status=1)
    assert "cases/one.json: line 3, column 13:" in out
    harness.write_text("one", '{"title": "x", "title": "y"}')
    assert "duplicate" in harness.test(status=1)


@pytest.mark.parametrize(("changes", "said"), [
    ({"titel": "x"}, "titel: there is no key titel; did you mean title?"),
    ({"title": 7}, "title: has to be a text"),
    ({"settings": {"token": 7}}, "settings.token: a setting has to be a text"),
    ({"settings": []}, "settings: has to be an object"),
    ({"now": "yesterday"}, 'now: has to be a time: "2026-03-02T09:15:10Z"'),
    ({"secrets": [1]}, "secrets[0]: has to be a text"),
    ({"scope": {"hris_employees": "some"}}, 'scope.hris_employees: has to be "all", "disabled" or a list'),
    ({"scope": {"hris_employees": ["first_nam"]}}, "there is no field first_nam; did you mean first_name?"),
    ({"scope": {"hris_team": "all"}}, "hris_team; did you mean hris_teams?"),
    ({"steps": []}, "steps: a case has at least one step"),
    ({"steps": [{}]}, "steps[0]: a step needs one of deliver, record"),
    ({"steps": [{"record": STEP["record"], "list": {"model": "x"}}]}, "record and list are two"),
    ({"steps": [{**STEP, "expects": {}}]}, "steps[0].expects: there is no key expects; did you mean expect?"),
    ({"steps": [{**STEP, "expect": {"recods": []}}]}, "steps[0].expect.recods: there is no key recods; "
                                                      "did you mean records?"),
    ({"steps": [{**STEP, "expect": {"verdict": "accept"}}]}, "steps[0].expect.verdict: there is no key verdict"),
    ({"steps": [{**STEP, "expect": {"code": "WEIR_E_LATE"}}]}, "did you mean WEIR_E_LATER?"),
    ({"steps": [{**STEP, "expect": {"records": [{"model": "x"}]}}]},
     "steps[0].expect.records[0]: the key remote_id is missing"),
    ({"steps": [{"record": {"model": "x"}}]}, "steps[0].record: the key remote_id is missing"),
    ({"steps": [{**STEP, "exchanges": [{"request": "/people"}]}]}, "needs either answer or fail"),
    ({"steps": [{**STEP, "exchanges": [{"request": "/people", "answer": {}}]}]},
     "steps[0].exchanges[0].request: has to be method and address"),
    ({"steps": [{**STEP, "exchanges": [{"request": "GET /", "answer": {"stauts": 1}}]}]},
     "steps[0].exchanges[0].answer.stauts: there is no key stauts; did you mean status?"),
    ({"steps": [{**STEP, "exchanges": [{"request": "GET /", "answer": {"status": 99}}]}]}, "100 to 599"),
    ({"steps": [{**STEP, "exchanges": [{"request": "GET /", "fail": "LATER"}]}]}, "there is no code LATER"),
    ({"steps": [{"deliver": {"headers": {"a": 1}}}]}, "steps[0].deliver.headers.a: has to be a text"),
    ({"steps": [{"deliver": {"headers": [["a"]]}}]}, 'headers[0]: has to be ["name", "value"]'),
    ({"steps": [{"deliver": {"headers": {"a": {"hmac": {"digest": "md5"}}}}}]}, "there is no digest md5"),
    ({"steps": [{"deliver": {"body": {"base64": "%"}}}]}, "steps[0].deliver.body.base64: has to be the bytes in base64"),
    ({"steps": [{"deliver": {}, "expect": {"events": [{"type": "x", "refs": [{"modl": "x"}]}]}}]},
     "steps[0].expect.events[0].refs[0].modl: there is no key modl; did you mean model?"),
    ({"settings": {"tokem": "x"}}, "the connector sampler has no setting tokem"),
    ({"settings": {}}, "the setting token (Token) is missing"),
])
def test_a_mistake_is_named_with_its_place(harness, changes, said):
    harness.case(**changes)
    out = harness.test(status=1)
    assert said in out
    assert "ok      load" in out  # nothing else is harmed


def test_mistakes_of_all_steps_are_named_at_once(harness):
    harness.case(steps=[{**STEP, "expcet": {}}, {**STEP, "exchagnes": []}], titel="x")
    assert harness.test(status=1).count("there is no key") == 1  # the document's own keys come first
    harness.case(steps=[{**STEP, "expcet": {}, "record": {"modle": "x"}}, {**STEP, "exchagnes": []}])
    assert harness.test(status=1).count("did you mean") == 3


def test_the_case_in_the_manual_is_one(harness):
    manual = (SOURCE / "sdk/harness/man/weir-harness.1").read_text()
    harness.write_text("manual", manual.split(".Bd -literal -offset indent\n")[1].split(".Ed")[0])
    assert "ok      manual: a person is read when the tool says so" in harness.test()
