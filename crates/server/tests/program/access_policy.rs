//! Rate limits and address restrictions that come from the configuration.

use serde_json::{Value, json};
use tempfile::TempDir;

use testkit::program::{MANAGE, Program, app, carillon, organisation};

/// Requests a page as a proxy that forwards for an address.
fn get(server: &Program, path: &str, forwarded_for: &str) -> Value {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = agent.get(format!("{}{path}", server.url)).header("x-forwarded-for", forwarded_for);
    request.call().unwrap().body_mut().read_json().unwrap()
}

#[test]
fn limits_come_from_the_environment() {
    let data = TempDir::new().unwrap();
    let variables =
        [("CARILLON_THROTTLE_ADDRESS_CALLS", "2"), ("CARILLON_THROTTLE_TRUSTED_PROXIES", "[\"127.0.0.1\"]")];
    let server = Program::start_with(&variables, data.path());
    for _ in 0..2 {
        assert_eq!(get(&server, "/gettoken", "192.0.2.1")["errcode"], 40035);
    }
    assert_eq!(get(&server, "/gettoken", "192.0.2.1")["status"], 1111);
    assert_eq!(get(&server, "/gettoken", "192.0.2.2")["errcode"], 40035);
}

#[test]
fn limits_and_addresses_come_from_the_file() {
    let (data, corp) = organisation();
    let [bound, free] = [(); 2].map(|()| app(data.path(), &corp, "internal", MANAGE));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let key = text(&bound["app_key"]);
    // The limits are too high to be reached by three calls.
    let file =
        format!("[throttle]\napp_per_second = 1000\nwrapped = false\n[allow]\n{key} = [\"192.0.2.0/24\"]\n");
    std::fs::write(data.path().join("carillon.toml"), file).unwrap();
    let server = Program::start(data.path());
    for (app, expected) in [(&bound, json!(88)), (&free, json!(0))] {
        let (key, secret) = (text(&app["app_key"]), text(&app["app_secret"]));
        let token = get(&server, &format!("/gettoken?appkey={key}&appsecret={secret}"), "192.0.2.1");
        let list = format!("/topapi/serviceaccount/list?access_token={}", text(&token["access_token"]));
        assert_eq!(get(&server, &list, "192.0.2.1")["errcode"], expected);
    }
}

#[test]
fn unknown_settings_are_refused() {
    let data = TempDir::new().unwrap();
    for (file, expected_text) in [
        ("[throttle]\nper_second = 1\n", "did you mean `app_per_second`?"),
        ("[throttle]\ntrusted_proxies = [\"here\"]\n", "trusted_proxies"),
        ("[allow]\nkey = [\"10/8/8\"]\n", "no address and no range"),
    ] {
        std::fs::write(data.path().join("carillon.toml"), file).unwrap();
        let output = carillon(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
        assert!(!output.status.success(), "{file}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(expected_text), "{output:?}");
    }
}

#[test]
fn monthly_call_counts_survive_a_restart() {
    let (data, corp) = organisation();
    let main = app(data.path(), &corp, "internal", MANAGE);
    let limit = [("CARILLON_THROTTLE_CORP_PER_MONTH", "5")];
    let call = |server: &Program, token: &str| {
        let answer = server.get_json(&format!("/topapi/serviceaccount/list?access_token={token}"));
        answer["sub_code"].clone()
    };
    for calls in [2, 3] {
        let mut server = Program::start_with(&limit, data.path());
        let token = server.token(&main);
        for _ in 0..calls {
            assert_eq!(call(&server, &token), Value::Null);
        }
        assert_eq!(server.terminate(), Some(0));
    }
    let server = Program::start_with(&limit, data.path());
    let token = server.token(&main);
    assert_eq!(call(&server, &token), "90020");
}
