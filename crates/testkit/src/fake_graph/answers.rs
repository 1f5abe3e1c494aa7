//! What is answered, and what befalls it.

use std::thread;

use jiff::tz::TimeZone;
use serde_json::json;

use super::{Fault, State, lock, login, routes};
use crate::http::{Reply, Request};

/// How many requests of a mailbox may be under way.
const AT_ONCE: usize = 4;

/// None where the line ends without an answer.
pub(super) fn answer(state: &State, request: &Request) -> Option<Reply> {
    let date = state.now().to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    replied(state, request).map(|reply| reply.header("X-Fake", "graph").header("Date", date))
}

fn replied(state: &State, request: &Request) -> Option<Reply> {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let query = routes::pairs(query);
    if path.ends_with("/oauth2/v2.0/authorize") {
        return Some(login::authorize(state, &query));
    }
    if path.ends_with("/oauth2/v2.0/token") {
        return Some(login::token(state, request));
    }
    let at_once = enter(state, &request.method);
    let latency = lock(&state.conduct).latency;
    if !latency.is_zero() {
        thread::sleep(latency);
    }
    let answer = if at_once > AT_ONCE {
        Some(refused(429, "ApplicationThrottled", "More than four requests at once."))
    } else {
        befall(state, request, &query)
    };
    *lock(&state.under_way) -= 1;
    answer
}

fn enter(state: &State, method: &str) -> usize {
    let mut under_way = lock(&state.under_way);
    *under_way += 1;
    let mut counts = lock(&state.counts);
    *counts.requests.entry(method.to_owned()).or_default() += 1;
    counts.most_at_once = counts.most_at_once.max(*under_way);
    *under_way
}

fn befall(state: &State, request: &Request, query: &[(String, String)]) -> Option<Reply> {
    let fault = {
        let mut conduct = lock(&state.conduct);
        let place = conduct.faults.iter().position(|(method, _)| method.is_empty() || *method == request.method);
        place.and_then(|place| conduct.faults.remove(place)).map(|(_, fault)| fault)
    };
    let reply = match fault {
        Some(Fault::Throttled(wait)) => {
            let reply = refused(429, "ApplicationThrottled", "Too many requests.");
            wait.into_iter().fold(reply, |reply, seconds| reply.header("Retry-After", seconds.to_string()))
        }
        Some(Fault::Html) => Reply::new(200).header("Content-Type", "text/html").body("<html>Welcome</html>"),
        Some(Fault::Conflict) => refused(412, "ErrorIrresolvableConflict", "The send or update operation could not be performed."),
        Some(Fault::OutOfOrder) => refused(503, "ServiceUnavailable", "The service is not available."),
        Some(Fault::TokenRefused) => {
            let token = routes::token(request).to_owned();
            lock(&state.login).forget(&token);
            routes::answer(state, request, query)
        }
        Some(Fault::Cut | Fault::Lost) | None => routes::answer(state, request, query),
    };
    match fault {
        Some(Fault::Lost) => None,
        Some(Fault::Cut) => Some(reply.broken_off()),
        _ => Some(reply),
    }
}

/// An error as Graph tells one.
pub(super) fn refused(status: u16, code: &str, message: &str) -> Reply {
    Reply::json(status, &json!({ "error": { "code": code, "message": message } }))
}
