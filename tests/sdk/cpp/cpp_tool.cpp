// A connector in C++17. CMakeLists.txt has the one line that builds it.
//
// What is owned is owned by an object, what fails is thrown, and nothing that was thrown leaves: guard()
// turns it into a code. The helpers for authors are used as they are in C.
#include "weir/http.h"
#include "weir/verify.h"

#include <iterator>
#include <memory>
#include <new>
#include <string>

namespace
{

using Str = struct weir_str; // weir_str alone is the function of that name

struct JsonFree {
    void operator()(json_t *json) const
    {
        json_decref(json);
    }
};
using Json = std::unique_ptr<json_t, JsonFree>;

// A code on its way up. Its sentence is in err already.
struct Failure {
    int code;
};

void done(int code)
{
    if (code != 0) {
        throw Failure{code};
    }
}

template <typename Body> int guard(weir_error *err, Body body) noexcept
{
    try {
        body();
        return 0;
    } catch (const Failure &failure) {
        return failure.code;
    } catch (const std::bad_alloc &) {
        return weir_fail(err, WEIR_E_MEMORY, "out of memory");
    } catch (...) {
        return weir_fail(err, WEIR_E_INVALID, "the connector has a bug: an exception was not caught");
    }
}

// The answer to a GET, released when it goes out of scope.
class Answer
{
  public:
    Answer(const weir_host *host, const std::string &path, weir_error *err)
    {
        weir_text url;
        weir_http_call call{};

        weir_text_init(&url);
        weir_text_add(&url, path.c_str());
        call.method = "GET";
        call.name = "/people";
        call.url = &url;
        call.repeatable = true;
        (void)host->setting(host, "api_token", &call.bearer);
        int code = weir_http_send(&answer, host, &call, err);
        if (code != 0) {
            weir_http_answer_fini(&answer); // no destructor runs after a constructor that throws
            throw Failure{code};
        }
    }
    ~Answer()
    {
        weir_http_answer_fini(&answer);
    }
    Answer(const Answer &) = delete;
    Answer &operator=(const Answer &) = delete;

    const json_t *json() const
    {
        return answer.json;
    }

  private:
    weir_http_answer answer{};
};

std::string encoded(Str value)
{
    weir_text text;

    weir_text_init(&text);
    weir_text_add_encoded(&text, value);
    return std::string(text.data, text.len);
}

class Tool
{
  public:
    explicit Tool(const weir_host *lent) : host(lent)
    {
    }

    void check(const weir_request *request, weir_verdict *verdict, weir_error *err) const
    {
        weir_verify_hmac_scheme scheme{};

        scheme.header = "x-cpp-tool-signature";
        scheme.digest = WEIR_SHA256;
        scheme.encoding = WEIR_VERIFY_BASE64;
        verdict->dedup = WEIR_DEDUP_BODY;
        done(weir_verify_hmac(verdict, host, request, &scheme, err));
    }

    void events(const weir_request *request, const weir_sink *sink, weir_error *err) const
    {
        json_t *parsed = nullptr;
        weir_event event{};
        weir_ref ref{};
        char id[WEIR_ID_TEXT];

        done(weir_json_parse(&parsed, request->body, 1 << 20, "delivery", err));
        Json delivery(parsed);
        event.size = sizeof event;
        if (weir_json_str(&event.type, delivery.get(), "type") != WEIR_JSON_VALUE ||
            !weir_json_id(id, delivery.get(), "person.id")) {
            done(weir_fail(err, WEIR_E_INVALID, "a delivery without a type or a person"));
        }
        (void)weir_json_str(&event.upstream_id, delivery.get(), "id");
        ref.model = weir_str("hris_employees");
        ref.remote_id = weir_str(id);
        event.refs = &ref;
        event.ref_count = 1;
        done(sink->event(sink, &event, err));
    }

    void record(const weir_ref *ref, const weir_sink *sink, weir_error *err) const
    {
        Answer answer(host, "/people/" + encoded(ref->remote_id), err);

        emit(answer.json(), sink, err);
    }

    void list(Str cursor, const weir_sink *sink, weir_error *err) const
    {
        Answer answer(host, "/people?after=" + encoded(cursor), err);
        const json_t *people = weir_json_array(answer.json(), "people");
        Str next{};
        const json_t *person;
        size_t i;

        if (people == nullptr) {
            done(weir_fail(err, WEIR_E_LATER, "GET /people: the answer has no people"));
        }
        json_array_foreach(people, i, person)
        {
            emit(person, sink, err);
        }
        if (weir_json_str(&next, answer.json(), "next") == WEIR_JSON_VALUE) {
            done(sink->next(sink, next, err));
        }
    }

  private:
    static void emit(const json_t *person, const weir_sink *sink, weir_error *err)
    {
        Json record(json_object());
        char id[WEIR_ID_TEXT];

        if (!weir_json_id(id, person, "id")) {
            done(weir_fail(err, WEIR_E_INVALID, "GET /people: a person without an id"));
        }
        if (record == nullptr ||
            (weir_json_put_text_from(record.get(), "first_name", person, "name.first") |
             weir_json_put_text_from(record.get(), "last_name", person, "name.last")) != 0) {
            throw std::bad_alloc();
        }
        done(weir_emit_json(sink, "hris_employees", weir_str(id), record.get(), err));
    }

    const weir_host *host;
};

// ---- the way in: each call of the table is one of Tool's ----

int open(void **self, const weir_host *host, weir_error *err)
{
    return guard(err, [&] { *self = new Tool(host); });
}

void close(void *self)
{
    delete static_cast<Tool *>(self);
}

int check(const void *self, const weir_request *request, weir_verdict *verdict, weir_error *err)
{
    return guard(err, [&] { static_cast<const Tool *>(self)->check(request, verdict, err); });
}

int events(void *self, const weir_request *request, const weir_sink *sink, weir_error *err)
{
    return guard(err, [&] { static_cast<Tool *>(self)->events(request, sink, err); });
}

int record(void *self, const weir_ref *ref, const weir_sink *sink, weir_error *err)
{
    return guard(err, [&] { static_cast<Tool *>(self)->record(ref, sink, err); });
}

int list(void *self, Str, int64_t, Str cursor, const weir_sink *sink, weir_error *err)
{
    return guard(err, [&] { static_cast<Tool *>(self)->list(cursor, sink, err); });
}

// ---- the table: C++17 has no designated initialisers, so the order is connector.h's ----

constexpr weir_setting settings[] = {{"api_token", "API token", "Cpp tool: Settings > API", true, true}};
constexpr const char *of_person[] = {"hris_employees", nullptr};
constexpr weir_event_type event_types[] = {{"person.saved", of_person}, {"person.deleted", of_person}};
constexpr const char *fields[] = {"first_name", "last_name", nullptr};
constexpr weir_model_use models[] = {{"hris_employees", fields, true, false, true, nullptr}};
constexpr weir_verify verify = {sizeof(weir_verify), check, events, nullptr};
constexpr weir_fetch fetch = {sizeof(weir_fetch), record, list, nullptr};

} // namespace

WEIR_EXPORT const struct weir_connector weir_connector = {WEIR_CONNECTOR_MAGIC,
                                                          sizeof(struct weir_connector),
                                                          WEIR_ABI_MAJOR,
                                                          WEIR_ABI_MINOR,
                                                          "cpp_tool",
                                                          "Cpp tool",
                                                          "1.0.0",
                                                          WEIR_CATEGORY_HRIS,
                                                          settings,
                                                          std::size(settings),
                                                          event_types,
                                                          std::size(event_types),
                                                          models,
                                                          std::size(models),
                                                          "https://api.cpp-tool.example",
                                                          open,
                                                          close,
                                                          nullptr,
                                                          &verify,
                                                          &fetch,
                                                          nullptr,
                                                          nullptr};
