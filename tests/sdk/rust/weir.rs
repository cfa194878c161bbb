//! The contract 1.0 of connector.h, as far as a connector with verify and fetch needs it.
//!
//! Everything here has C's layout, and members stand in connector.h's order. A struct that the host hands over by
//! pointer (Host, Sink, Request) may be declared up to the last member that is used.

#![allow(dead_code)]

use std::os::raw::{c_char, c_int, c_void};
use std::{ptr, slice};

pub const E_NONE: c_int = -1;
pub const E_LATER: c_int = -2;
pub const E_AUTH: c_int = -3;
pub const E_PERMISSION: c_int = -4;
pub const E_INVALID: c_int = -6;
pub const E_LIMIT: c_int = -8;
pub const E_CONFIG: c_int = -11;

pub const ACCEPT: i32 = 1;
pub const DEDUP_BODY: i32 = 1;
pub const SHA256: c_int = 2;
pub const DIGEST_MAX: usize = 64;
pub const CATEGORY_HRIS: i32 = 1;
pub const CONNECTOR_MAGIC: u64 = 0x5745_4952_4E43_4F4E;

/// weir_str and weir_bytes: lent for the duration of the call.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Span {
    data: *const u8,
    len: usize,
}

impl Span {
    pub const EMPTY: Span = Span { data: ptr::null(), len: 0 };

    pub fn of(bytes: &[u8]) -> Span {
        Span { data: bytes.as_ptr(), len: bytes.len() }
    }

    /// Safe as long as the host keeps the contract: data may be NULL only if len is 0.
    pub fn bytes(&self) -> &[u8] {
        if self.len == 0 {
            return &[];
        }
        unsafe { slice::from_raw_parts(self.data, self.len) }
    }
}

#[repr(C)]
pub struct Error {
    pub code: i32,
    message: [u8; 252],
}

/// Leaves a sentence in err, which may be NULL, and returns the code.
pub fn fail(err: *mut Error, code: c_int, what: &str) -> c_int {
    if let Some(err) = unsafe { err.as_mut() } {
        let len = what.len().min(err.message.len() - 1);
        err.code = code;
        err.message[..len].copy_from_slice(&what.as_bytes()[..len]);
        err.message[len] = 0;
    }
    code
}

#[repr(C)]
pub struct Setting {
    pub key: *const c_char,
    pub label: *const c_char,
    pub help: *const c_char,
    pub secret: bool,
    pub required: bool,
}

#[repr(C)]
pub struct EventType {
    pub name: *const c_char,
    pub models: *const *const c_char,
}

#[repr(C)]
pub struct ModelUse {
    pub model: *const c_char,
    pub fields: *const *const c_char,
    pub lists: bool,
    pub since: bool,
    pub by_id: bool,
    pub listed_with: *const c_char,
}

#[repr(C)]
pub struct Header {
    pub name: Span,
    pub value: Span,
}

#[repr(C)]
pub struct Request {
    pub size: u32,
    pub method: Span,
    pub tail: Span,
    pub query: Span,
    headers: *const Header,
    header_count: usize,
    pub body: Span,
    pub received_at_ms: i64,
    secrets: *const Span,
    secret_count: usize,
}

impl Request {
    pub fn headers(&self) -> &[Header] {
        list(self.headers, self.header_count)
    }

    pub fn secrets(&self) -> &[Span] {
        list(self.secrets, self.secret_count)
    }
}

fn list<'a, T>(first: *const T, count: usize) -> &'a [T] {
    if count == 0 {
        return &[];
    }
    unsafe { slice::from_raw_parts(first, count) }
}

#[repr(C)]
pub struct Verdict {
    pub size: u32,
    pub decision: i32,
    pub status: i32,
    pub dedup: i32,
    pub dedup_key: Span,
    pub reason: [u8; 120],
    pub content_type: [c_char; 64],
    pub body_len: usize,
    pub body: [u8; 1024],
}

#[repr(C)]
pub struct Ref {
    pub model: Span,
    pub remote_id: Span,
    pub hint: Span,
}

#[repr(C)]
pub struct Event {
    pub size: u32,
    pub kind: Span,
    pub upstream_id: Span,
    pub occurred_at_ms: i64,
    pub refs: *const Ref,
    pub ref_count: usize,
}

type OfRecord = unsafe extern "C" fn(*const Sink, Span, Span, Span, *mut Error) -> c_int;

#[repr(C)]
pub struct Sink {
    pub size: u32,
    ctx: *mut c_void,
    pub event: unsafe extern "C" fn(*const Sink, *const Event, *mut Error) -> c_int,
    pub record: OfRecord,
    pub placeholder: OfRecord,
    pub gone: unsafe extern "C" fn(*const Sink, Span, Span, *mut Error) -> c_int,
    pub complete: unsafe extern "C" fn(*const Sink, Span, Span, Span, *mut Error) -> c_int,
    pub next: unsafe extern "C" fn(*const Sink, Span, *mut Error) -> c_int,
    pub touched: unsafe extern "C" fn(*const Sink, *const c_void, *mut Error) -> c_int, // since 1.2
    pub warning: unsafe extern "C" fn(*const Sink, Span, *mut Error) -> c_int,
}

#[repr(C)]
pub struct HttpRequest {
    pub size: u32,
    pub method: *const c_char,
    pub url: Span,
    pub headers: *const Header,
    pub header_count: usize,
    pub body: Span,
    pub timeout_ms: u32,
    pub response_max: usize,
    pub repeatable: bool,
    pub limit: Span,
}

#[repr(C)]
pub struct HttpResponse {
    pub size: u32,
    pub status: i32,
    headers: *const Header,
    header_count: usize,
    pub body: Span,
    opaque: *mut c_void,
}

impl HttpResponse {
    pub fn empty() -> HttpResponse {
        HttpResponse {
            size: size_of::<HttpResponse>(),
            status: 0,
            headers: ptr::null(),
            header_count: 0,
            body: Span::EMPTY,
            opaque: ptr::null_mut(),
        }
    }

    pub fn headers(&self) -> &[Header] {
        list(self.headers, self.header_count)
    }
}

type StateGet =
    unsafe extern "C" fn(*const Host, *const c_char, *mut c_void, usize, *mut usize, *mut Error) -> c_int;
type Hmac =
    unsafe extern "C" fn(*const Host, c_int, Span, *const Span, usize, *mut u8, *mut usize, *mut Error) -> c_int;

#[repr(C)]
pub struct Host {
    pub size: u32,
    pub abi_major: u16,
    pub abi_minor: u16,
    ctx: *mut c_void,
    pub http: unsafe extern "C" fn(*const Host, *const HttpRequest, *mut HttpResponse, *mut Error) -> c_int,
    pub http_release: unsafe extern "C" fn(*const Host, *mut HttpResponse),
    pub now_ms: unsafe extern "C" fn(*const Host) -> i64,
    pub log: unsafe extern "C" fn(*const Host, c_int, Span),
    pub setting: unsafe extern "C" fn(*const Host, *const c_char, *mut Span) -> bool,
    pub state_get: StateGet,
    pub state_put: unsafe extern "C" fn(*const Host, *const c_char, Span, *mut Error) -> c_int,
    pub hmac: Hmac,
    pub equal: unsafe extern "C" fn(*const Host, Span, Span) -> bool,
}

#[repr(C)]
pub struct Verify {
    pub size: u32,
    pub check: unsafe extern "C" fn(*const c_void, *const Request, *mut Verdict, *mut Error) -> c_int,
    pub events: unsafe extern "C" fn(*mut c_void, *const Request, *const Sink, *mut Error) -> c_int,
    pub kept_headers: *const *const c_char,
}

type List = unsafe extern "C" fn(*mut c_void, Span, i64, Span, *const Sink, *mut Error) -> c_int;

#[repr(C)]
pub struct Fetch {
    pub size: u32,
    pub record: unsafe extern "C" fn(*mut c_void, *const Ref, *const Sink, *mut Error) -> c_int,
    pub list: List,
    pub missed: *const c_void, // NULL: the tool keeps no events
}

#[repr(C)]
pub struct Connector {
    pub magic: u64,
    pub size: u32,
    pub abi_major: u16,
    pub abi_minor: u16,
    pub tool: *const c_char,
    pub label: *const c_char,
    pub version: *const c_char,
    pub category: i32,
    pub settings: *const Setting,
    pub setting_count: usize,
    pub events: *const EventType,
    pub event_count: usize,
    pub models: *const ModelUse,
    pub model_count: usize,
    pub base_url: *const c_char,
    pub open: unsafe extern "C" fn(*mut *mut c_void, *const Host, *mut Error) -> c_int,
    pub close: unsafe extern "C" fn(*mut c_void),
    pub subscribe: *const c_void, // NULL: not offered
    pub verify: *const Verify,
    pub fetch: *const Fetch,
    pub act: *const c_void, // since 1.2; NULL: not offered
    pub pass: *const c_void,
}

pub const fn size_of<T>() -> u32 {
    std::mem::size_of::<T>() as u32
}

/// Tables are constant, and so are the texts that they point to.
pub struct Table<T>(pub T);
unsafe impl<T> Sync for Table<T> {}
unsafe impl Sync for Connector {}

/// A terminated text of a table: text("API token\0").
pub const fn text(terminated: &'static str) -> *const c_char {
    terminated.as_ptr().cast()
}
