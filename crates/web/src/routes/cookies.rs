//! The cookies of the pages.

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
/// Marks a browser that has signed a member in before.
pub const KNOWN_BROWSER: &str = "carillon_browser";
/// The short name of the organisation of the last sign-in.
pub const ORGANISATION: &str = "carillon_organisation";
/// The language chosen by the reader.
pub const LANGUAGE: &str = "lang";

/// The headers and the scheme of a request.
pub struct Visitor {
    pub headers: HeaderMap,
    pub scheme: Scheme,
}

impl Visitor {
    /// Takes them from the head of a request.
    pub fn of(head: &Parts, pages: &Pages) -> Self {
        let is_https = pages.base_url.starts_with("https://")
            || Peer::of(&head.extensions).is_some_and(|peer| peer.is_https);
        let scheme = if is_https { Scheme::Https } else { Scheme::Http };
        Self { headers: head.headers.clone(), scheme }
    }

    /// Returns the organisation with the host name of the request. Returns `None` for the address of the server itself, which
    /// belongs to all organisations.
    pub fn organisation_of_host(&self, pages: &Pages) -> Option<Arc<CorpState>> {
        let host = host_name::from_header(self.headers.get(header::HOST)?.to_str().ok()?);
        let own_host = pages.base_url.split("://").nth(1).and_then(|rest| rest.split('/').next());
        if own_host.is_some_and(|own_host| host_name::from_header(own_host) == host) {
            return None;
        }
        pages.store.state().corp_of_host(&host).cloned()
    }

    /// Returns the value of a cookie.
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

/// The scheme of a request, which decides the names and attributes of cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Names have the prefix `__Host-`: browsers accept and send such cookies only over https and only for this host, so a sibling
    /// host or an attacker on the network cannot plant one.
    Https,
    /// Names have no prefix, so others can plant a cookie.
    Http,
}

impl Scheme {
    fn full_name(self, name: &str) -> String {
        match self {
            Self::Https => format!("__Host-{name}"),
            Self::Http => name.to_owned(),
        }
    }

    /// Returns the value of a cookie in the headers of a request.
    pub fn read(self, headers: &HeaderMap, name: &str) -> Option<String> {
        let name = self.full_name(name);
        let received = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let mut cookies = received.flat_map(Cookie::split_parse).filter_map(Result::ok);
        cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
    }

    /// Sets a cookie.
    pub fn set(self, response: &mut Response<Body>, name: &str, value: &str, days: i64) {
        self.write(response, name, value, Duration::days(days));
    }

    /// Sets a cookie that expires soon.
    pub fn set_for_minutes(self, response: &mut Response<Body>, name: &str, value: &str, minutes: i64) {
        self.write(response, name, value, Duration::minutes(minutes));
    }

    /// Returns its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
        }
    }

    /// Removes a cookie.
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
    fn over_https_only_host_cookies_count() {
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
    fn cookies_are_hidden_from_scripts_other_sites_and_plain_http() {
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
