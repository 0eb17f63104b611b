//! The pages of facts and of limits, as the server that runs shows them.

use std::collections::HashSet;

use testkit::program::{ProgramFixture, carillon};

fn page(fixture: &ProgramFixture, path: &str, language: &str) -> (u16, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = agent.get(format!("{}{path}", fixture.url())).header("accept", "text/html");
    let mut response = request.header("accept-language", language).call().unwrap();
    (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
}

#[test]
fn each_kind_of_fact_has_a_page_that_is_found() {
    let fixture = ProgramFixture::start();
    let (_, list) = page(&fixture, "/reference/facts", "en");
    let kinds: Vec<&str> =
        list.split("href=\"/reference/facts/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(kinds.len(), carillon_model::fact::Kind::ALL.len());
    for kind in kinds {
        for language in ["zh", "en"] {
            let (status, page) = page(&fixture, &format!("/reference/facts/{kind}"), language);
            assert_eq!(status, 200, "{kind}");
            assert!(page.contains(&format!("&#34;kind&#34;:&#34;{kind}&#34;")), "{kind}: {page}");
        }
        let (status, text) = page(&fixture, &format!("/reference/facts/{kind}.md"), "en");
        assert!(status == 200 && text.starts_with("# "), "{kind}: {text}");
        assert!(
            text.contains("- `durationMs`")
                == ["live_session", "video_meeting", "phone_meeting", "approval_finished"].contains(&kind),
            "{text}"
        );
    }
    assert_eq!(page(&fixture, "/reference/facts/nothing", "en").0, 404);
    assert_eq!(page(&fixture, "/reference/facts/nothing.md", "en").0, 404);
    let (_, found) = page(&fixture, "/reference/search?q=red_packet_sent", "zh");
    assert!(
        found.contains("href=\"/reference/facts/red_packet_sent\"") && found.contains("发红包"),
        "{found}"
    );
    let (_, all) = page(&fixture, "/llms.txt", "en");
    assert!(all.contains("/reference/facts/login.md") && all.contains("/reference/limits.md"), "{all}");
    let (_, live) = page(&fixture, "/reference/facts/live_session", "zh");
    for text in ["直播时长", "href=\"/reference/statistics.live_summary\"", "0 到 604800000", "必填"] {
        assert!(live.contains(text), "{text}: {live}");
    }
}

#[test]
fn the_limits_are_those_in_force() {
    let fixture = ProgramFixture::with_config(
        "[send]\nmax_receivers = 4321\ndaily = 7\n[throttle]\naddress_calls = 0\n",
    );
    let (_, limits) = page(&fixture, "/reference/limits", "en");
    let row = |key: &str| {
        let rows = limits.split("<tr>").find(|row| row.contains(&format!("<code>{key}</code>")));
        rows.unwrap_or_else(|| panic!("{key}")).to_owned()
    };
    assert!(
        row("send.max_receivers").contains("<td>4,321")
            && row("send.max_receivers").contains("not the default")
    );
    assert!(row("send.daily").contains("<td>7"));
    assert!(
        row("send.per_second").contains("<td>none</td>")
            && !row("send.per_second").contains("not the default")
    );
    assert!(row("delivery.retry_ms").contains("10,000; 30,000"));
    assert!(row("journal.hours").contains("<td>24</td>"));
    // Numbers alone: nothing of where the server is, and who may call it.
    for private in ["delivery.allow", "throttle.trusted_proxies", "127.0.0.1", "tls.", "carillon.toml"] {
        assert!(!limits.split_once("<main").unwrap().1.contains(private), "{private}");
    }
    assert!(
        limits.contains("id=\"limits-serviceaccount.list\"")
            && limits.contains("<code>pageSize</code> 1 to 50")
    );
    let (_, operation) = page(&fixture, "/reference/serviceaccount.list", "en");
    assert!(operation.contains("href=\"/reference/limits#limits-serviceaccount.list\""), "{operation}");
    let (_, text) = page(&fixture, "/reference/limits.md", "zh");
    assert!(
        text.contains("- `send.max_receivers`: 4,321 (已修改)；")
            && text.contains("### `serviceaccount.list`"),
        "{text}"
    );
    assert_eq!(page(&fixture, "/reference/limits", "zh").0, 200);
}

#[test]
fn an_export_has_facts_and_the_default_limits() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("reference");
    let done = carillon(folder.path(), &["reference", "export", target.to_str().unwrap()]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    for language in ["zh", "en"] {
        let read = |name: &str| std::fs::read_to_string(target.join(language).join(name)).unwrap();
        assert!(read("facts/login.md").contains("`carillon.facts_ingest`"));
        assert!(read("limits.md").contains("- `send.max_receivers`: 100,000"));
        let page = read("reference.html");
        // Every link within the file has its place, and every other one its file.
        let values = |start: &str| -> HashSet<&str> {
            page.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
        };
        let places = values(" id=\"");
        for link in values("href=\"") {
            let is_there = match link.strip_prefix('#') {
                Some(place) => places.contains(place),
                None => link.starts_with("http") || target.join(language).join(link).is_file(),
            };
            assert!(is_there, "{language}: {link}");
        }
    }
}
