//! A connector in Rust, without crates: rustc --crate-type cdylib --edition 2021 -O -o rust_tool.so rust_tool.rs
//!
//! The tool delivers forms ("type=person.saved&person=7"), signed with an HMAC in hex, and answers in lines of CSV.
//! Nothing here allocates, so that memory that is out is never a panic; and no panic leaves: guard() stops it.

mod weir;

use std::os::raw::{c_char, c_int, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr;
use weir::*;

/// What a call leads to; Err is the code, whose sentence is in err already.
type Outcome = Result<(), c_int>;

/// A call from the host ends here whatever happens in it: unwinding through C would be undefined.
fn guard(err: *mut Error, body: impl FnOnce() -> Outcome) -> c_int {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => 0,
        Ok(Err(code)) => code,
        Err(_) => fail(err, E_INVALID, "the connector has a bug: it panicked"),
    }
}

fn done(code: c_int) -> Outcome {
    if code == 0 {
        Ok(())
    } else {
        Err(code)
    }
}

/// Text of bounded length on the stack.
struct Text<const MAX: usize> {
    data: [u8; MAX],
    len: usize,
    full: bool,
}

impl<const MAX: usize> Text<MAX> {
    fn new() -> Self {
        Text { data: [0; MAX], len: 0, full: false }
    }

    fn add(&mut self, bytes: &[u8]) -> &mut Self {
        if bytes.len() > MAX - self.len {
            self.full = true;
        } else {
            self.data[self.len..self.len + bytes.len()].copy_from_slice(bytes);
            self.len += bytes.len();
        }
        self
    }

    /// The inside of a JSON string. What is no UTF-8 is refused by the host.
    fn add_json(&mut self, bytes: &[u8]) -> &mut Self {
        for &byte in bytes {
            match byte {
                b'"' | b'\\' => self.add(&[b'\\', byte]),
                0..=0x1f => self.add(b" "),
                _ => self.add(&[byte]),
            };
        }
        self
    }

    fn bytes(&self) -> &[u8] {
        &self.data[..self.len]
    }
}

// ---- deliveries ----

fn hex(digit: u8) -> Option<u8> {
    (digit as char).to_digit(16).map(|value| value as u8)
}

/// X-Rust-Tool-Signature, there once and 32 bytes in hex.
fn signature(request: &Request) -> Option<[u8; 32]> {
    let mut named =
        request.headers().iter().filter(|h| h.name.bytes().eq_ignore_ascii_case(b"x-rust-tool-signature"));
    let value = named.next()?.value.bytes();
    let mut out = [0; 32];

    if named.next().is_some() || value.len() != 64 {
        return None;
    }
    for (byte, digits) in out.iter_mut().zip(value.chunks(2)) {
        *byte = hex(digits[0])? << 4 | hex(digits[1])?;
    }
    Some(out)
}

fn refuse(verdict: &mut Verdict, reason: &str) -> Outcome {
    verdict.reason[..reason.len()].copy_from_slice(reason.as_bytes());
    Ok(())
}

/// All secrets in force are compared, and always all of them.
unsafe extern "C" fn check(
    me: *const c_void,
    request: *const Request,
    verdict: *mut Verdict,
    err: *mut Error,
) -> c_int {
    let (host, request, verdict) = (&*(me as *const Host), &*request, &mut *verdict);

    guard(err, || {
        let given = match signature(request) {
            Some(given) => given,
            None => return refuse(verdict, "there is no signature, or not one of this tool"),
        };
        let mut good = false;
        for secret in request.secrets().iter().filter(|secret| !secret.bytes().is_empty()) {
            let (mut mac, mut len) = ([0u8; DIGEST_MAX], 0);
            done((host.hmac)(host, SHA256, *secret, &request.body, 1, mac.as_mut_ptr(), &mut len, err))?;
            good |= (host.equal)(host, Span::of(&mac[..len]), Span::of(&given));
        }
        if !good {
            return refuse(verdict, "the signature does not fit the body");
        }
        verdict.decision = ACCEPT;
        verdict.dedup = DEDUP_BODY;
        Ok(())
    })
}

/// Of "a=1&b=2" the value of key. This tool encodes nothing, since its ids and types need it not.
fn value_of<'a>(form: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    form.split(|&b| b == b'&').find_map(|pair| pair.strip_prefix(key)?.strip_prefix(b"="))
}

fn is_id(id: &[u8]) -> bool {
    (1..=32).contains(&id.len()) && id.iter().all(u8::is_ascii_alphanumeric)
}

fn is_word(kind: &[u8]) -> bool {
    kind.iter().all(|b| b.is_ascii_graphic())
}

unsafe extern "C" fn events(
    _me: *mut c_void,
    request: *const Request,
    sink: *const Sink,
    err: *mut Error,
) -> c_int {
    guard(err, || {
        let body = (*request).body.bytes();
        match (value_of(body, b"type"), value_of(body, b"person")) {
            (Some(kind), Some(person)) if is_word(kind) && is_id(person) => {
                let about = Ref {
                    model: Span::of(b"hris_employees"),
                    remote_id: Span::of(person),
                    hint: Span::EMPTY,
                };
                let event = Event {
                    size: size_of::<Event>(),
                    kind: Span::of(kind),
                    upstream_id: Span::EMPTY,
                    occurred_at_ms: 0,
                    refs: &about,
                    ref_count: 1,
                };
                done(((*sink).event)(sink, &event, err))
            }
            _ => Err(fail(err, E_INVALID, "a delivery without a type or a person")),
        }
    })
}

// ---- fetching ----

/// What a status asks for. A 404 counts only when the tool itself said it, and not a proxy.
fn status_code(status: i32, is_csv: bool) -> c_int {
    match status {
        200 if is_csv => 0,
        300..=399 => E_CONFIG,
        401 => E_AUTH,
        403 => E_PERMISSION,
        404 | 410 if is_csv => E_NONE,
        400..=499 if ![404, 408, 410, 425, 429].contains(&status) => E_INVALID,
        _ => E_LATER,
    }
}

fn is_csv(response: &HttpResponse) -> bool {
    let mut types = response.headers().iter().filter(|h| h.name.bytes().eq_ignore_ascii_case(b"content-type"));

    types.next().map_or(false, |h| h.value.bytes().starts_with(b"text/csv"))
}

/// A failure that names the request and the status. Nothing is allocated: Rust would end the daemon with it.
fn refused(err: *mut Error, code: c_int, status: i32, why: &str) -> c_int {
    let mut said = Text::<160>::new();
    let digits = [status / 100, status / 10, status].map(|n| b'0' + (n % 10) as u8);

    said.add(b"GET /people: HTTP ").add(&digits).add(b", ").add(why.as_bytes());
    fail(err, code, std::str::from_utf8(said.bytes()).unwrap_or(why))
}

/// GET url, and read what came while it is lent.
unsafe fn get(host: &Host, url: &[u8], err: *mut Error, read: impl FnOnce(&[u8]) -> Outcome) -> Outcome {
    let mut token = Span::EMPTY;
    let mut bearer = Text::<512>::new();
    let mut response = HttpResponse::empty();

    (host.setting)(host, text("api_token\0"), &mut token);
    bearer.add(b"Bearer ").add(token.bytes());
    if bearer.full {
        return Err(fail(err, E_CONFIG, "api_token is longer than any token of this tool"));
    }
    let headers = [Header { name: Span::of(b"Authorization"), value: Span::of(bearer.bytes()) }];
    let request = HttpRequest {
        size: size_of::<HttpRequest>(),
        method: text("GET\0"),
        url: Span::of(url),
        headers: headers.as_ptr(),
        header_count: headers.len(),
        body: Span::EMPTY,
        timeout_ms: 0,
        response_max: 0,
        repeatable: true,
        limit: Span::EMPTY,
    };
    done((host.http)(host, &request, &mut response, err))?;
    let outcome = match status_code(response.status, is_csv(&response)) {
        0 => read(response.body.bytes()),
        E_AUTH => Err(refused(err, E_AUTH, response.status, "the API token is refused")),
        E_PERMISSION => Err(refused(err, E_PERMISSION, response.status, "the API token may not read people")),
        E_NONE => Err(refused(err, E_NONE, response.status, "there is no such person")),
        code => Err(refused(err, code, response.status, "no answer of this tool's API; check base_url")),
    };
    (host.http_release)(host, &mut response);
    outcome
}

/// One line: id,first name,last name
unsafe fn emit(sink: *const Sink, line: &[u8], err: *mut Error) -> Outcome {
    let mut json = Text::<1024>::new();
    let mut cells = line.split(|&b| b == b',');

    match (cells.next(), cells.next(), cells.next(), cells.next()) {
        (Some(id), Some(first), Some(last), None) if is_id(id) => {
            json.add(b"{\"first_name\":\"").add_json(first).add(b"\",\"last_name\":\"").add_json(last).add(b"\"}");
            if json.full {
                return Err(fail(err, E_LIMIT, "a person with a name that is too long"));
            }
            done(((*sink).record)(sink, Span::of(b"hris_employees"), Span::of(id), Span::of(json.bytes()), err))
        }
        _ => Err(fail(err, E_LATER, "GET /people: a line that is no person")),
    }
}

/// Lines of people, and a last one, "end" or "next,<cursor>", without which the answer was cut.
unsafe fn emit_all(sink: *const Sink, body: &[u8], err: *mut Error) -> Outcome {
    let whole = match body.strip_suffix(b"\n") {
        Some(whole) => whole,
        None => return Err(fail(err, E_LATER, "GET /people: the answer was cut")),
    };
    let start = whole.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
    let (people, last) = whole.split_at(start);

    for line in people.split(|&b| b == b'\n').filter(|line| !line.is_empty()) {
        emit(sink, line, err)?;
    }
    match last.strip_prefix(b"next,") {
        Some(cursor) => done(((*sink).next)(sink, Span::of(cursor), err)),
        None if last == b"end" => Ok(()),
        None => Err(fail(err, E_LATER, "GET /people: the answer was cut")),
    }
}

unsafe extern "C" fn record(me: *mut c_void, about: *const Ref, sink: *const Sink, err: *mut Error) -> c_int {
    guard(err, || {
        let mut url = Text::<128>::new();
        url.add(b"/people/").add((*about).remote_id.bytes());
        if url.full || !is_id((*about).remote_id.bytes()) {
            return Err(fail(err, E_NONE, "no person of this tool has such an id"));
        }
        get(&*(me as *const Host), url.bytes(), err, |body| emit_all(sink, body, err))
    })
}

unsafe extern "C" fn list(
    me: *mut c_void,
    _model: Span,
    _since_ms: i64,
    cursor: Span,
    sink: *const Sink,
    err: *mut Error,
) -> c_int {
    guard(err, || {
        let mut url = Text::<128>::new();
        url.add(b"/people?after=").add(cursor.bytes());
        if url.full || !cursor.bytes().iter().all(u8::is_ascii_alphanumeric) {
            return Err(fail(err, E_INVALID, "a cursor that is not of this tool"));
        }
        get(&*(me as *const Host), url.bytes(), err, |body| emit_all(sink, body, err))
    })
}

// ---- the table ----

static OF_PERSON: Table<[*const c_char; 2]> = Table([text("hris_employees\0"), ptr::null()]);
static FIELDS: Table<[*const c_char; 3]> = Table([text("first_name\0"), text("last_name\0"), ptr::null()]);
static EVENTS: Table<[EventType; 2]> = Table([
    EventType { name: text("person.saved\0"), models: OF_PERSON.0.as_ptr() },
    EventType { name: text("person.deleted\0"), models: OF_PERSON.0.as_ptr() },
]);
static MODELS: Table<[ModelUse; 1]> = Table([ModelUse {
    model: text("hris_employees\0"),
    fields: FIELDS.0.as_ptr(),
    lists: true,
    since: false,
    by_id: true,
    listed_with: ptr::null(),
}]);
static SETTINGS: Table<[Setting; 1]> = Table([Setting {
    key: text("api_token\0"),
    label: text("API token\0"),
    help: text("Rust tool: Settings > API\0"),
    secret: true,
    required: true,
}]);
static VERIFY: Table<Verify> =
    Table(Verify { size: size_of::<Verify>(), check, events, kept_headers: ptr::null() });
static FETCH: Table<Fetch> = Table(Fetch { size: size_of::<Fetch>(), record, list, missed: ptr::null() });

/// There is nothing to keep for an instance but the host, which lives as long as it.
unsafe extern "C" fn open(me: *mut *mut c_void, host: *const Host, _err: *mut Error) -> c_int {
    *me = host as *mut c_void;
    0
}

unsafe extern "C" fn close(_me: *mut c_void) {}

#[no_mangle]
#[allow(non_upper_case_globals)]
pub static weir_connector: Connector = Connector {
    magic: CONNECTOR_MAGIC,
    size: size_of::<Connector>(),
    abi_major: 1,
    abi_minor: 0,
    tool: text("rust_tool\0"),
    label: text("Rust tool\0"),
    version: text("1.0.0\0"),
    category: CATEGORY_HRIS,
    settings: SETTINGS.0.as_ptr(),
    setting_count: 1,
    events: EVENTS.0.as_ptr(),
    event_count: 2,
    models: MODELS.0.as_ptr(),
    model_count: 1,
    base_url: text("https://api.rust-tool.example\0"),
    open,
    close,
    subscribe: ptr::null(),
    verify: &VERIFY.0,
    fetch: &FETCH.0,
    act: ptr::null(),
    pass: ptr::null(),
};
