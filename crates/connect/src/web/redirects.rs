//! Following a server that says that it is elsewhere.

use calendar::remote::RemoteFailure;
use reqwest::header::{AUTHORIZATION, COOKIE};
use reqwest::{Method, StatusCode, Url};

use super::{Answer, Request, Web, host_of, later};

/// How far one is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redirects {
    /// To another address of the same server.
    SameHost,
    /// To any server, which is not shown who asks.
    AnyHost,
}

const MOST: usize = 5;

impl Web {
    /// Sends a request, and sends it on to where the server says. The answer knows where it came from.
    pub(crate) async fn follow(&self, mut request: Request, redirects: Redirects) -> Result<Answer, RemoteFailure> {
        let first = host_of(&request.url);
        for _ in 0..MOST {
            let answer = self.send(request.clone()).await?;
            let Some(to) = answer.location().filter(|_| is_followed(answer.status)) else { return Ok(answer) };
            if request.url.scheme() == "https" && to.scheme() != "https" {
                return Err(later(format!("{first} points to an address without encryption, which is not followed.")));
            }
            if !same_host(&request.url, &to) {
                if redirects == Redirects::SameHost {
                    let other = host_of(&to);
                    return Err(RemoteFailure::Refused {
                        reason: format!("{first} points to another server, {other}. Connect to that one."),
                    });
                }
                request.headers.remove(AUTHORIZATION);
                request.headers.remove(COOKIE);
            }
            if answer.status == StatusCode::SEE_OTHER {
                request.method = Method::GET;
                request.body.clear();
            }
            request.url = to;
        }
        Err(later(format!("{first} points from one address to the next without end.")))
    }
}

fn is_followed(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn same_host(left: &Url, right: &Url) -> bool {
    left.host_str() == right.host_str() && left.port_or_known_default() == right.port_or_known_default()
}
