//! Which request is answered by whom, and what goes wrong on the way.

use serde_json::{Value, json};
use url::Url;

use super::event::Problem;
use super::state::State;
use super::{Failure, Seen, api};
use crate::http::Request;
use crate::scripted_http::Reply;

/// The answer; none where the line ends instead.
pub(super) fn answer(state: &mut State, request: &Request) -> Option<Reply> {
    let url = Url::parse(&state.origin).and_then(|origin| origin.join(&request.path)).ok()?;
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let Some(path) = url.path().strip_prefix("/calendar/v3/") else {
        let failure = if url.path() == "/token" { state.sign_in.failures.pop_front() } else { None };
        return outcome(failure, || state_answer(state, request, url.path(), &query));
    };
    let seen = Seen {
        method: request.method.clone(),
        path: format!("/{path}"),
        query,
        if_match: request.header("if-match").map(str::to_owned),
        body: serde_json::from_slice(&request.body).unwrap_or_default(),
    };
    state.seen.push(seen.clone());
    let of_method =
        state.failures_of.iter().position(|(method, _)| *method == request.method).map(|place| state.failures_of.remove(place).1);
    let failure = of_method.or_else(|| state.failures.pop_front());
    let token = request.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default().to_owned();
    outcome(failure, || {
        if !state.sign_in.admits(&token) {
            let problem = Problem::new(401, "authError", "Request had invalid authentication credentials.");
            return refused(&problem, None);
        }
        api::answer(state, &seen).map_or_else(|problem| refused(&problem, None), |body| told(&body))
    })
}

fn state_answer(state: &mut State, request: &Request, path: &str, query: &[(String, String)]) -> Reply {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&request.body).into_owned().collect();
    let now = state.now();
    let origin = state.origin.clone();
    state.sign_in.answer(&request.method, path, query, &form, &origin, now)
}

/// The answer as the failure lets it through.
fn outcome(failure: Option<Failure>, answer: impl FnOnce() -> Reply) -> Option<Reply> {
    match failure {
        None => Some(answer()),
        Some(Failure::Refused(status, reason, retry_after)) => {
            let message = format!("Refused on demand: {reason}");
            Some(refused_as(status, &reason, &message, retry_after))
        }
        Some(Failure::Cut) => None,
        Some(Failure::LostAnswer) => {
            drop(answer());
            None
        }
        Some(Failure::Half) => Some(answer().halved()),
        Some(Failure::Html) => {
            Some(Reply::new(200).header("Content-Type", "text/html").body("<!doctype html><title>Sign in to this network</title>"))
        }
    }
}

/// A success. One without content is 204.
fn told(body: &Value) -> Reply {
    if body.is_null() {
        return Reply::new(204);
    }
    Reply::new(200).header("Content-Type", "application/json; charset=UTF-8").body(body.to_string())
}

fn refused(problem: &Problem, retry_after: Option<u64>) -> Reply {
    refused_as(problem.status, problem.reason, &problem.message, retry_after)
}

fn refused_as(status: u16, reason: &str, message: &str, retry_after: Option<u64>) -> Reply {
    let body = json!({ "error": {
        "code": status, "message": message, "errors": [{ "domain": "global", "reason": reason, "message": message }],
    }});
    let reply = Reply::new(status).header("Content-Type", "application/json; charset=UTF-8").body(body.to_string());
    match retry_after {
        Some(seconds) => reply.header("Retry-After", seconds.to_string()),
        None => reply,
    }
}
