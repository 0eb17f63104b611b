//! The cookies of these pages.

use std::{convert::Infallible, sync::Arc};

use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Response, header, request::Parts},
};
use carillon_model::host_name;
use carillon_store::CorpState;
use carillon_wire::Peer;
use cookie::{Cookie, SameSite, time::Duration};

use super::Pages;

/// The session of a signed-in member.
pub const SESSION: &str = "carillon_session";
/// What a browser is known by to have signed a member in before.
pub const KNOWN_BROWSER: &str = "carillon_browser";
/// The short name of the organisation that a browser last signed a member of in.
pub const ORGANISATION: &str = "carillon_organisation";
/// The language that a reader chose.
pub const LANGUAGE: &str = "lang";

/// Whose browser makes a request, as far as it says.
pub struct Visitor {
    pub headers: HeaderMap,
    pub scheme: Scheme,
}

impl Visitor {
    /// Of the head of a request.
    pub fn of(head: &Parts, pages: &Pages) -> Self {
        let is_https = pages.base_url.starts_with("https://")
            || Peer::of(&head.extensions).is_some_and(|peer| peer.is_https);
        let scheme = if is_https { Scheme::Https } else { Scheme::Http };
        Self { headers: head.headers.clone(), scheme }
    }

    /// The organisation that the host name of the request belongs to, if it is that of one alone. The address of the server itself
    /// belongs to all of them.
    pub fn organisation_of_host(&self, pages: &Pages) -> Option<Arc<CorpState>> {
        let host = host_name::from_header(self.headers.get(header::HOST)?.to_str().ok()?);
        let own = pages.base_url.split("://").nth(1).and_then(|rest| rest.split('/').next());
        if own.is_some_and(|own| host_name::from_header(own) == host) {
            return None;
        }
        pages.store.state().corp_of_host(&host).cloned()
    }

    /// The value of a cookie that the browser sent.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.scheme.read(&self.headers, name)
    }
}

impl FromRequestParts<Pages> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Infallible> {
        Ok(Self::of(parts, pages))
    }
}

/// How cookies are named and kept, by the scheme that a browser uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// By the prefix of their names, browsers accept and send these over https only, and from nobody but this host: a neighbouring
    /// host or somebody on the wire cannot plant one.
    Https,
    /// Nothing keeps others from planting one.
    Http,
}

impl Scheme {
    fn full_name(self, name: &str) -> String {
        match self {
            Self::Https => format!("__Host-{name}"),
            Self::Http => name.to_owned(),
        }
    }

    /// The value of a cookie that a browser sent.
    pub fn read(self, headers: &HeaderMap, name: &str) -> Option<String> {
        let name = self.full_name(name);
        let received = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let mut cookies = received.flat_map(Cookie::split_parse).filter_map(Result::ok);
        cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
    }

    /// Gives a cookie to a browser.
    pub fn set(self, response: &mut Response<Body>, name: &str, value: &str, days: i64) {
        self.write(response, name, value, Duration::days(days));
    }

    /// Takes a cookie back.
    pub fn remove(self, response: &mut Response<Body>, name: &str) {
        self.write(response, name, "", Duration::ZERO);
    }

    fn write(self, response: &mut Response<Body>, name: &str, value: &str, max_age: Duration) {
        let cookie = Cookie::build((self.full_name(name), value))
            .path("/")
            .max_age(max_age)
            .same_site(SameSite::Lax)
            .http_only(true)
            .secure(self == Self::Https);
        if let Ok(cookie) = HeaderValue::try_from(cookie.to_string()) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_https_only_a_cookie_of_this_host_counts() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; carillon_session=planted"));
        assert_eq!(Scheme::Https.read(&headers, SESSION), None);
        assert_eq!(Scheme::Http.read(&headers, SESSION).as_deref(), Some("planted"));
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("__Host-carillon_session=own; carillon_session=x"),
        );
        assert_eq!(Scheme::Https.read(&headers, SESSION).as_deref(), Some("own"));
    }

    #[test]
    fn cookies_are_kept_from_scripts_other_sites_and_plain_http() {
        let set = |scheme: Scheme| {
            let mut response = Response::new(Body::empty());
            scheme.set(&mut response, SESSION, "text", 30);
            response.headers()[header::SET_COOKIE].to_str().unwrap().to_owned()
        };
        assert_eq!(
            set(Scheme::Https),
            "__Host-carillon_session=text; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=2592000"
        );
        assert_eq!(
            set(Scheme::Http),
            "carillon_session=text; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000"
        );
    }
}
