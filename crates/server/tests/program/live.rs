//! Live pages of the inbox, as browsers hold them open: their events, and their end.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    thread,
    time::Duration,
};

use serde_json::json;

use testkit::{
    browser::Browser,
    program::{PASSWORD, ProgramFixture},
};

/// Longer than any test takes: a test fails instead of waiting for ever.
const TIMEOUT: Duration = Duration::from_secs(60);
/// An open page receives a heartbeat every 20 seconds, which resets the timeout. So many in a row are too long as well.
const HEARTBEATS: usize = 4;

/// An open page.
pub struct Page(BufReader<TcpStream>);

impl Page {
    /// Opens a page. The error is the status of the refusal.
    fn open(browser: &Browser) -> Result<Self, u16> {
        Self::open_at(browser, "/inbox/events")
    }

    /// The same for the events at a path.
    pub fn open_at(browser: &Browser, path: &str) -> Result<Self, u16> {
        let (address, cookie) = browser.connection();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(TIMEOUT)).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n\
             Sec-Fetch-Mode: cors\r\nCookie: {cookie}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut page = Self(BufReader::new(stream));
        let status: u16 = page.line().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        while page.line().is_some_and(|line| !line.is_empty()) {}
        if status == 200 { Ok(page) } else { Err(status) }
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.0.read_line(&mut line).expect("the page receives an event, or ends");
        (read > 0).then(|| line.trim_end().to_owned())
    }

    /// Returns the next event's name and data, or `None` once the page has ended.
    pub fn next(&mut self) -> Option<(String, String)> {
        let (mut name, mut heartbeats) = (String::new(), 0);
        loop {
            let line = self.line()?;
            heartbeats += usize::from(line == ":");
            assert!(heartbeats < HEARTBEATS, "the page receives an event, or ends");
            if let Some(event) = line.strip_prefix("event: ") {
                name = event.to_owned();
            } else if let Some(data) = line.strip_prefix("data: ") {
                return Some((name, data.to_owned()));
            } else if line == "0" {
                return None;
            }
        }
    }

    pub fn has_ended(&mut self) -> bool {
        self.next().is_none()
    }
}

#[test]
fn live_pages_end_with_their_session() {
    let fixture = ProgramFixture::start();
    let first = fixture.browser("member", 1);
    let [second, third] = [(); 2].map(|()| fixture.sign_in("member").unwrap());
    let other = fixture.browser("other", 1);
    let mut pages = [&first, &second, &third, &other].map(|browser| Page::open(browser).unwrap());
    let [of_first, of_second, of_third, other_pages] = &mut pages;

    first.sign_out();
    assert!(of_first.has_ended());
    let task = fixture.send(&fixture.text("早", &json!({ "is_to_all": true })));
    for page in [&mut *of_second, of_third, other_pages] {
        let (name, data) = page.next().expect("an event");
        assert!(name == "sent" && data.contains(&task), "{name} {data}");
    }
    assert_eq!(Page::open(&first).err(), Some(401));

    // Signing in again in the same browser ends its former session.
    let new_session = second.sign_in_again("member", PASSWORD);
    assert!(of_second.has_ended());
    assert_eq!((second.open("/inbox").0, new_session.open("/inbox").0), (303, 200));
    let mut new_session_page = Page::open(&new_session).unwrap();

    // Changing the password ends all sessions; the browser gets a new one.
    let form = [("current", PASSWORD), ("new", "one of mine"), ("again", "one of mine")];
    let (changed, status, _) = new_session.submit_with_cookies("/me/password", &form);
    assert_eq!(status, 303);
    assert!(of_third.has_ended() && new_session_page.has_ended());
    assert_eq!((third.open("/inbox").0, new_session.open("/inbox").0), (303, 303));

    let mut of_changed = Page::open(&changed).unwrap();
    fixture.ok("/topapi/v2/user/update", &json!({ "userid": "member", "init_password": "another one" }));
    assert!(of_changed.has_ended());
    assert_eq!(changed.open("/inbox").0, 303);

    fixture.ok("/topapi/v2/user/delete", &json!({ "userid": "other" }));
    assert!(other_pages.has_ended());
}

#[test]
fn the_pages_of_a_member_are_notified_of_reads_and_messages() {
    let fixture = ProgramFixture::start();
    let (member, other) = (fixture.browser("member", 1), fixture.browser("other", 1));
    let unionid = &fixture.unionid;
    let [mut first, mut second, mut other_pages] =
        [&member, &fixture.sign_in("member").unwrap(), &other].map(|browser| Page::open(browser).unwrap());
    let task = fixture.send(&fixture.text("早", &json!({ "is_to_all": true })));
    for page in [&mut first, &mut second, &mut other_pages] {
        let sent = format!("{{\"unionid\":\"{unionid}\",\"message_id\":\"{task}\"}}");
        assert_eq!(page.next(), Some(("sent".to_owned(), sent)));
    }
    member.message(unionid, &task).unwrap();
    for page in [&mut first, &mut second] {
        let (name, data) = page.next().unwrap();
        assert!(
            name == "read" && data.starts_with(&format!("{{\"unionid\":\"{unionid}\",\"seq\":")),
            "{name} {data}"
        );
    }
    let written = member.write(unionid, "好").remove(0);
    for page in [&mut first, &mut second] {
        let (name, data) = page.next().unwrap();
        assert!(name == "sent" && data.contains(&written) && data.contains("\"mine\":true"), "{name} {data}");
    }
    fixture.recall(&task);
    assert_eq!(other_pages.next().unwrap().0, "recalled", "others are not notified");
}

#[test]
fn a_replaced_password_opens_no_session() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    drop(member);
    let (fixture, url) = (&fixture, fixture.url());
    // The attempts read the stored hash before it is replaced, and continue after that.
    let browsers: Vec<Browser> = thread::scope(|scope| {
        let attempts: Vec<_> =
            (0..8).map(|_| scope.spawn(|| Browser::sign_in(url, "member", PASSWORD))).collect();
        let new = json!({ "userid": "member", "init_password": "another one" });
        fixture.ok("/topapi/v2/user/update", &new);
        attempts.into_iter().filter_map(|one| one.join().unwrap()).collect()
    });
    for browser in browsers {
        assert_eq!(browser.open("/inbox").0, 303, "a session with the old password");
    }
    assert!(Browser::sign_in(url, "member", "another one").is_some());
}

#[test]
fn one_member_cannot_use_up_all_pages() {
    let fixture = ProgramFixture::with_variables(&[
        ("CARILLON_LIVE_PAGES_PER_MEMBER", "3"),
        ("CARILLON_LIVE_PAGES", "5"),
    ]);
    let (member, other) = (fixture.browser("member", 1), fixture.browser("other", 1));
    let mut pages: Vec<_> = (0..3).map(|_| Page::open(&member).unwrap()).collect();
    for _ in 0..20 {
        assert_eq!(Page::open(&member).err(), Some(429));
    }
    let mut other_pages: Vec<_> = (0..2).map(|_| Page::open(&other).unwrap()).collect();
    assert_eq!(Page::open(&other).err(), Some(503));
    fixture.send(&fixture.text("早", &json!({ "userid_list": "other" })));
    fixture.send(&fixture.text("午", &json!({ "is_to_all": true })));
    for page in &mut other_pages {
        assert!(page.next().is_some() && page.next().is_some());
    }
    for page in &mut pages {
        assert!(page.next().is_some());
    }
    drop(pages);
    // The server notices it with the next heartbeat, or when a connection is closed.
    let mut attempts = std::iter::repeat_with(|| Page::open(&member));
    assert!(attempts.any(|page| page.is_ok()), "closed pages free their slots");
}

#[test]
fn an_idle_page_takes_little_memory_and_its_end_is_noticed() {
    const PAGES: usize = 400;
    let fixture = ProgramFixture::with_variables(&[("CARILLON_LIVE_PAGES_PER_MEMBER", "500")]);
    let member = fixture.browser("member", 1);
    let open = |count: usize| -> Vec<Page> { (0..count).map(|_| Page::open(&member).unwrap()).collect() };
    let first = open(100);
    let program = fixture.program();
    let before = program.resident();
    let mut pages = open(PAGES);
    assert_eq!(Page::open(&member).err(), Some(429));
    let each = program.resident().saturating_sub(before) / PAGES as u64;
    assert!(each < 13 << 10, "{each} bytes for each idle page");

    fixture.send(&fixture.text("早", &json!({ "is_to_all": true })));
    assert!(pages.iter_mut().all(|page| page.next().is_some()), "one send reaches them all");
    drop((first, pages));
    // The server notices each closed connection, although it sends nothing on them meanwhile.
    let mut attempts = std::iter::repeat_with(|| open_all(&member, 500));
    assert!(attempts.any(|opened| opened), "closed pages free their slots");
}

fn open_all(browser: &Browser, count: usize) -> bool {
    let pages: Vec<_> = (0..count).map_while(|_| Page::open(browser).ok()).collect();
    pages.len() == count
}
