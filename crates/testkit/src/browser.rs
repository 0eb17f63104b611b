//! A member's browser: keeps a cookie, submits forms and opens pages.

/// A conversation as the list shows it.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    pub unionid: String,
    pub summary: String,
    pub unread: u64,
}

#[derive(Clone)]
pub struct Browser {
    agent: ureq::Agent,
    url: String,
    cookie: String,
}

impl Browser {
    /// Submits the sign-in form. Returns `None` if it is refused.
    pub fn sign_in(url: &str, userid: &str, password: &str) -> Option<Self> {
        let config = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false);
        let agent: ureq::Agent = config.build().into();
        let form = [("next", "/inbox"), ("userid", userid), ("password", password)];
        let answer = agent.post(format!("{url}/sign-in")).send_form(form).unwrap();
        if answer.status() == 401 {
            return None;
        }
        assert_eq!(answer.status(), 303, "{userid}");
        assert_eq!(answer.headers()["location"], "/inbox");
        Some(Self { agent, url: url.to_owned(), cookie: cookies(answer.headers()) })
    }

    /// Signs in again in the same browser.
    pub fn sign_in_again(&self, userid: &str, password: &str) -> Self {
        let answer = self.send_sign_in(userid, password);
        assert_eq!(answer.status(), 303, "{userid}");
        Self { cookie: cookies(answer.headers()), ..self.clone() }
    }

    /// Submits the sign-in form, and returns the status.
    pub fn try_sign_in(&self, userid: &str, password: &str) -> u16 {
        self.send_sign_in(userid, password).status().as_u16()
    }

    fn send_sign_in(&self, userid: &str, password: &str) -> ureq::http::Response<ureq::Body> {
        let form = [("userid", userid), ("password", password)];
        let request = self.agent.post(format!("{}/sign-in", self.url)).header("cookie", &self.cookie);
        request.send_form(form).unwrap()
    }

    /// The `Cookie` header.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// A browser without a session.
    pub fn signed_out(url: &str) -> Self {
        let config = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false);
        Self { agent: config.build().into(), url: url.to_owned(), cookie: String::new() }
    }

    /// Submits a form and keeps the cookies of the response. Returns the browser with them, the status, and the
    /// redirect or else the page.
    pub fn submit_with_cookies(&self, path: &str, form: &[(&str, &str)]) -> (Self, u16, String) {
        let request = self.agent.post(format!("{}{path}", self.url)).header("cookie", &self.cookie);
        self.keep_cookies(request.send_form(form.iter().copied()).unwrap())
    }

    /// Opens an address and keeps the cookies of the response. Returns the browser with them, the status, and the
    /// redirect or else the page.
    pub fn follow_with_cookies(&self, path: &str) -> (Self, u16, String) {
        self.keep_cookies(
            self.agent.get(format!("{}{path}", self.url)).header("cookie", &self.cookie).call().unwrap(),
        )
    }

    fn keep_cookies(&self, mut answer: ureq::http::Response<ureq::Body>) -> (Self, u16, String) {
        let mut jar: Vec<String> =
            self.cookie.split("; ").filter(|pair| !pair.is_empty()).map(str::to_owned).collect();
        for cookie in cookies(answer.headers()).split("; ").filter(|pair| !pair.is_empty()) {
            let (name, value) = cookie.split_once('=').unwrap();
            jar.retain(|pair| pair.split_once('=').is_none_or(|(known, _)| known != name));
            if !value.is_empty() {
                jar.push(cookie.to_owned());
            }
        }
        let location = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        let page = location.unwrap_or_else(|| answer.body_mut().read_to_string().unwrap());
        (Self { cookie: jar.join("; "), ..self.clone() }, answer.status().as_u16(), page)
    }

    /// Opens an address with additional headers. Returns the status, and the redirect or else the page.
    pub fn open_with(&self, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let mut request = self.agent.get(format!("{}{path}", self.url)).header("cookie", &self.cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = request.call().unwrap();
        let location = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        (answer.status().as_u16(), location.unwrap_or_else(|| answer.body_mut().read_to_string().unwrap()))
    }

    /// Opens an address. Returns the status, and the redirect or else the page.
    pub fn follow(&self, path: &str) -> (u16, String) {
        self.open_with(path, &[])
    }

    /// The address to connect to, and the cookie to send.
    pub fn connection(&self) -> (&str, &str) {
        (self.url.strip_prefix("http://").unwrap(), &self.cookie)
    }

    /// The same browser after the server was started again at another address.
    pub fn moved_to(self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self }
    }

    /// Opens an address. Returns an error if the response does not arrive completely.
    pub fn try_open(&self, path: &str) -> Result<(u16, String), ureq::Error> {
        let mut answer =
            self.agent.get(format!("{}{path}", self.url)).header("cookie", &self.cookie).call()?;
        Ok((answer.status().as_u16(), answer.body_mut().read_to_string()?))
    }

    pub fn open(&self, path: &str) -> (u16, String) {
        self.try_open(path).unwrap()
    }

    /// Downloads a file. Returns the status and the content.
    pub fn bytes(&self, path: &str) -> (u16, Vec<u8>) {
        let request = self.agent.get(format!("{}{path}", self.url)).header("cookie", &self.cookie);
        let mut answer = request.call().unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_vec().unwrap())
    }

    /// Opens a page that must exist.
    pub fn page(&self, path: &str) -> String {
        let (status, page) = self.open(path);
        assert_eq!(status, 200, "{path}");
        page
    }

    /// Sends a request without a body, and returns the status.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> u16 {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("cookie", &self.cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = self.agent.configure_request(request.body(()).unwrap());
        let request = request.allow_non_standard_methods(true).build();
        self.agent.run(request).unwrap().status().as_u16()
    }

    /// Submits a form. Returns the status, and the redirect or else the page.
    pub fn submit(&self, path: &str, form: &[(&str, &str)]) -> (u16, String) {
        let request = self.agent.post(format!("{}{path}", self.url)).header("cookie", &self.cookie);
        let mut answer = request.send_form(form.iter().copied()).unwrap();
        let location = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        (answer.status().as_u16(), location.unwrap_or_else(|| answer.body_mut().read_to_string().unwrap()))
    }

    /// Signs out with the button at the end of every page.
    pub fn sign_out(&self) {
        let request = self.agent.post(format!("{}/sign-out", self.url)).header("cookie", &self.cookie);
        assert_eq!(request.send_empty().unwrap().status(), 303);
    }

    /// Submits a multipart form, as a page without scripts does. Returns the status, the redirect, and the page.
    pub fn submit_parts(
        &self,
        path: &str,
        parts: &[Part<'_>],
        headers: &[(&str, &str)],
    ) -> (u16, String, String) {
        let mut body = Vec::new();
        for part in parts {
            let head = match part.file {
                Some(file) => format!("; filename=\"{file}\"\r\nContent-Type: application/octet-stream"),
                None => String::new(),
            };
            body.extend(
                format!("--b\r\nContent-Disposition: form-data; name=\"{}\"{head}\r\n\r\n", part.name)
                    .bytes(),
            );
            body.extend(part.content);
            body.extend(b"\r\n");
        }
        body.extend(b"--b--\r\n");
        let mut request = self.agent.post(format!("{}{path}", self.url)).header("cookie", &self.cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = request.content_type("multipart/form-data; boundary=b").send(&body).unwrap();
        let location =
            answer.headers().get("location").map_or("", |value| value.to_str().unwrap()).to_owned();
        (answer.status().as_u16(), location, answer.body_mut().read_to_string().unwrap())
    }

    /// Writes to an account, as the script of the page does. Returns the ids of the resulting messages.
    pub fn write(&self, unionid: &str, text: &str) -> Vec<String> {
        let path = format!("/inbox/a/{unionid}/messages?fragment=messages");
        let (status, _, messages) = self.submit_parts(&path, &[Part::text("text", text)], &[]);
        assert_eq!(status, 200, "{messages}");
        tasks(&messages)
    }

    /// Selects a menu item, as the script of the page does.
    pub fn choose(&self, unionid: &str, position: &str) -> (u16, String) {
        let path = format!("/inbox/a/{unionid}/menu/{position}?fragment=messages");
        let (status, _, messages) = self.submit_parts(&path, &[], &[]);
        (status, messages)
    }

    /// The list of conversations, in order.
    pub fn list(&self) -> Vec<Row> {
        let page = self.page("/inbox");
        page.split("<a class=\"row\"")
            .skip(1)
            .map(|row| Row {
                unionid: between(row, "data-unionid=\"", "\"").to_owned(),
                summary: between(row, "class=\"summary\">", "<").to_owned(),
                unread: match row.split_once("class=\"badge\"") {
                    Some((_, badge)) => between(badge, "aria-hidden=\"true\">", "<").parse().unwrap(),
                    None => 0,
                },
            })
            .collect()
    }

    /// The conversation with an account in the list.
    pub fn row(&self, unionid: &str) -> Option<Row> {
        self.list().into_iter().find(|row| row.unionid == unionid)
    }

    /// All messages of a conversation, oldest first. Follows the links to earlier pages.
    pub fn conversation(&self, unionid: &str) -> Vec<String> {
        let mut path = format!("/inbox/a/{unionid}");
        let mut all = Vec::new();
        loop {
            let page = self.page(&path);
            all.splice(0..0, tasks(&page));
            let Some((_, older)) = page.split_once("data-older><a href=\"") else { return all };
            path = older.split('"').next().unwrap().replace("&amp;", "&");
        }
    }

    /// One message as the live page fetches it, or `None` if it does not exist.
    pub fn message(&self, unionid: &str, task: &str) -> Option<String> {
        let (status, fragment) = self.open(&format!("/inbox/a/{unionid}/messages/{task}"));
        assert!(status == 200 || status == 404, "{status}");
        (status == 200).then_some(fragment)
    }
}

/// The cookies that a response sets, in the format of a `Cookie` header.
fn cookies(headers: &ureq::http::HeaderMap) -> String {
    let cookie = headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let pairs: Vec<_> = cookie
        .inspect(|cookie| assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}"))
        .map(|cookie| cookie.split(';').next().unwrap())
        .collect();
    pairs.join("; ")
}

/// A part of a form.
pub struct Part<'p> {
    name: &'p str,
    /// File name, if the part is a file.
    file: Option<&'p str>,
    content: &'p [u8],
}

impl<'p> Part<'p> {
    pub fn text(name: &'p str, text: &'p str) -> Self {
        Self { name, file: None, content: text.as_bytes() }
    }

    pub fn file(name: &'p str, file: &'p str, content: &'p [u8]) -> Self {
        Self { name, file: Some(file), content }
    }
}

/// The ids of the messages on a page.
pub fn tasks(page: &str) -> Vec<String> {
    page.split("data-id=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).unwrap_or_else(|| panic!("no {after} in {text}")).0
}
