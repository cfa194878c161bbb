"""nginx in three parts: the ceiling that Weir is compared with, a tool that never waits, a receiver."""

import os
import socket
import time
import urllib.request
from pathlib import Path

import processes

CONFIG = """
{user}daemon off;
pid {dir}/nginx.pid;
error_log {dir}/error.log crit;
worker_processes {workers};
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy; fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi; scgi_temp_path {dir}/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    default_type application/json;
{server}
  }}
}}
"""

CEILING = "    location / { return 200; }"

RECEIVER = """    location / { return 204; }
    location = /status { stub_status; }"""

ONE_PERSON = """    location = /v2/persons {
      return 200 '{"_data":[{"id":"1","first_name":"Cleo","last_name":"Birch"}],"_meta":{"links":{}}}';
    }
"""

# $request_id is new for each request, so that each fetch finds a change. What a person refers to is in the lists, so
# that the first sync finds it and no fetch brings anything besides its person.
TOOL = """
    location = /v2/auth/token {
      return 200 '{"access_token":"bench-token","token_type":"Bearer","expires_in":86400,"scope":""}';
    }
    location ~ ^/v2/persons/(?<person>[0-9]+)$ {
      return 200 '{"id":"$person","email":"p$person@acme.example","created_at":"2024-01-07T09:00:00Z",
"updated_at":"2026-02-03T10:15:29Z","first_name":"Ada","last_name":"Quill","preferred_name":"Ada $request_id",
"gender":"FEMALE","profile_picture":{"url":null},"status":"ACTIVE","custom_attributes":[
{"id":"dynamic_305","type":"string","value":"Red","global_id":"color"},
{"id":"dynamic_306","type":"date","value":"1985-05-17","global_id":"date_of_birth"}],
"employments":[{"id":"7$person"}],
"_meta":{"links":{"employments":{"href":"/v2/persons/$person/employments"}}}}';
    }
    location ~ ^/v2/persons/(?<person>[0-9]+)/employments$ {
      return 200 '{"_data":[{"id":"7$person","status":"ACTIVE","weekly_working_hours":40,
"full_time_weekly_working_hours":40,"probation_end_date":null,"employment_start_date":"2024-01-07",
"employment_end_date":null,"type":"INTERNAL","contract_end_date":null,"created_at":"2024-01-07T09:00:00Z",
"updated_at":"2026-02-03T10:15:29Z","position":{"title":"Engineer"},"supervisor":{"id":"1"},
"office":{"id":"60302"},"legal_entity":{"id":"170"},"job":null,"sub_company":{"id":"47"},
"org_units":[{"type":"team","id":"4500"}],"cost_centers":[{"id":"1000","weight":100}],
"person":{"id":"$person"},"termination":null}],"_meta":{"links":{}}}';
    }
""" + ONE_PERSON + """    location = /v2/org-units {
      if ($arg_type = team) {
        return 200 '{"_data":[{"id":"4500","type":"team","name":"Engineering","parent_id":null}],"_meta":{"links":{}}}';
      }
      return 200 '{"_data":[],"_meta":{"links":{}}}';
    }
    location = /v2/cost-centers {
      return 200 '{"_data":[{"id":"1000","name":"Engineering"}],"_meta":{"links":{}}}';
    }
    location = /v2/workplaces { return 200 '{"_data":[{"id":"60302","name":"Berlin"}],"_meta":{"links":{}}}'; }
    location = /v2/legal-entities {
      return 200 '{"_data":[{"id":"170","name":"Acme GmbH","address":{"street":"Musterweg 1","city":"Musterstadt",
"country":"DE"}}],"_meta":{"links":{}}}';
    }
    location /v2/webhooks { proxy_pass http://127.0.0.1:%d; }
    location /v2/ { return 200 '{"_data":[],"_meta":{"links":{}}}'; }
"""


class Nginx:
    def __init__(self, directory: Path, name: str, server: str, workers: int):
        self.directory = directory / f"nginx-{name}"
        self.directory.mkdir()
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self._asked = 0
        (self.directory / "nginx.conf").write_text(CONFIG.format(
            user="user root;\n" if os.geteuid() == 0 else "", dir=self.directory, workers=workers, port=self.port,
            server=server))

    def start(self) -> "Nginx":
        self.process = processes.start(
            ["nginx", "-p", self.directory, "-c", self.directory / "nginx.conf", "-e", self.directory / "error.log"])
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise SystemExit(f"nginx does not start: {(self.directory / 'error.log').read_text()}")
                time.sleep(0.02)

    def stop(self) -> None:
        processes.stop(self.process)
        self.process = None

    def cpu_s(self) -> float:
        return processes.tree_cpu_s(self.process.pid)

    def request_count(self) -> int:
        """Of a receiver: requests so far, without those that asked this."""
        self._asked += 1
        with urllib.request.urlopen(self.url + "/status", timeout=10) as answer:
            return int(answer.read().split(b"\n")[2].split()[2]) - self._asked
