//! `carillon doctor`: a good folder passes, and each problem is reported with advice.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use serde_json::Value;
use tempfile::TempDir;

use testkit::{
    program::{Program, app, executable, organisation, without_settings},
    receiver::{AES_KEY, Receiver, TOKEN},
};

/// Used for every secret.
const SECRET: &str = "hunter2hunter2";
const LOOPBACK: (&str, &str) = ("CARILLON_DELIVERY_ALLOW", r#"["127.0.0.1"]"#);

/// The output of the doctor.
struct DoctorOutput {
    report: Value,
    printed: String,
    code: Option<i32>,
}

impl DoctorOutput {
    fn of(output: &Output) -> Self {
        let printed = String::from_utf8(output.stdout.clone()).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        let report = serde_json::from_str(&printed).unwrap_or_else(|_| panic!("{printed} {errors}"));
        Self { report, printed: format!("{printed}{errors}"), code: output.status.code() }
    }

    /// Returns the messages of a check at a level.
    fn messages(&self, check: &str, level: &str) -> Vec<&str> {
        let all = self.report["findings"].as_array().unwrap().iter();
        all.filter(|one| one["check"] == check && one["level"] == level)
            .map(|one| one["message"].as_str().unwrap())
            .collect()
    }

    /// Asserts an error with advice.
    fn expect_error(&self, check: &str, part: &str) {
        assert!(
            self.messages(check, "error").iter().any(|one| one.contains(part)),
            "{part}: {}",
            self.printed
        );
        assert_eq!(self.code, Some(1));
        let errors = self.report["findings"].as_array().unwrap().iter().filter(|one| one["level"] == "error");
        errors.for_each(|error| assert!(!error["advice"].as_str().unwrap().is_empty(), "{error}"));
    }

    fn expect_warning(&self, check: &str, part: &str) {
        assert!(
            self.messages(check, "warning").iter().any(|one| one.contains(part)),
            "{part}: {}",
            self.printed
        );
    }

    fn expect_ok(&self) {
        assert_eq!(self.report["errors"], 0, "{}", self.printed);
        assert_eq!(self.code, Some(0));
    }

    fn source(&self, key: &str) -> &str {
        self.report["configuration"][key]["from"].as_str().unwrap()
    }
}

fn doctor(data: &Path, variables: &[(&str, &str)], extra_arguments: &[&str]) -> DoctorOutput {
    let mut command = executable();
    command
        .arg("doctor")
        .args(extra_arguments)
        .args(["--json", "--data"])
        .arg(data)
        .envs(variables.iter().copied());
    DoctorOutput::of(&command.output().unwrap())
}

fn file_names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut file_names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
    file_names.sort();
    file_names
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_good_folder_passes_with_and_without_a_server() {
    let (data, _) = organisation();
    let before = file_names(data.path());
    let connection_limit = ("CARILLON_HTTP_MAX_CONNECTIONS", "500");
    let found = doctor(data.path(), &[connection_limit], &[]);
    found.expect_ok();
    assert_eq!(found.report["server_running"], false);
    assert_eq!(file_names(data.path()), before, "nothing is written");

    let server = Program::start(data.path());
    let found = doctor(data.path(), &[connection_limit, ("CARILLON_PUBLIC_URL", &server.url)], &[]);
    found.expect_ok();
    assert_eq!(found.report["server_running"], true);
    assert_eq!(found.messages("public_url", "ok"), [format!("{}/ responds", server.url)]);
    for check in ["configuration", "permissions", "disk", "limits", "certificates", "clock", "callbacks"] {
        assert!(!found.messages(check, "ok").is_empty(), "{check}: {}", found.printed);
    }
    let mut people = executable();
    let printed = people.arg("doctor").arg("--data").arg(data.path()).output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    assert!(printed.contains("send.max_receivers = "), "{printed}");
    assert!(
        printed.contains("ok       configuration every key of the configuration is known\n"),
        "{printed}"
    );
    assert!(printed.contains("\nerrors: 0, "), "{printed}");
}

#[test]
fn a_missing_folder_is_not_created() {
    let above = TempDir::new().unwrap();
    let missing = above.path().join("dta");
    doctor(&missing, &[], &[]).expect_error("permissions", "there is no data folder");
    assert!(!missing.exists());
}

#[test]
fn permissions_for_others_are_reported() {
    let (data, _) = organisation();
    set_mode(data.path(), 0o750);
    doctor(data.path(), &[], &[]).expect_error("permissions", "its group can read it");
    set_mode(data.path(), 0o700);
    for (name, mode, expected) in [
        ("key", 0o644, "everyone on this machine can read it"),
        ("carillon.db", 0o660, "its group can read and change it"),
        ("objects", 0o711, "others can traverse it"),
    ] {
        let path = data.path().join(name);
        let good = path.metadata().unwrap().permissions();
        set_mode(&path, mode);
        let found = doctor(data.path(), &[], &[]);
        found.expect_error("permissions", &format!("{} has the permissions {mode:04o}: ", path.display()));
        found.expect_error("permissions", expected);
        assert_eq!(found.report["errors"], 1, "{}", found.printed);
        fs::set_permissions(&path, good).unwrap();
    }
    let server = Program::start(data.path());
    set_mode(&data.path().join("api.sock"), 0o666);
    doctor(data.path(), &[], &[]).expect_error("permissions", "api.sock has the permissions 0666");
    set_mode(&data.path().join("api.sock"), 0o600);
    drop(server);
    fs::write(data.path().join("carillon.toml"), "").unwrap();
    set_mode(&data.path().join("carillon.toml"), 0o646);
    doctor(data.path(), &[], &[]).expect_error("permissions", "others can change the configuration");
    set_mode(&data.path().join("carillon.toml"), 0o644);
    fs::write(data.path().join("key"), "short").unwrap();
    doctor(data.path(), &[], &[]).expect_error("permissions", "is damaged: it has 5 bytes, not 32");
    fs::remove_file(data.path().join("key")).unwrap();
    doctor(data.path(), &[], &[]).expect_error("permissions", "is missing beside its database");
}

/// A folder with a certificate and its key.
struct Certificate(TempDir);

impl Certificate {
    fn new(name: &str, from: (i32, u8, u8), until: (i32, u8, u8)) -> Self {
        let folder = TempDir::new().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(from.0, from.1, from.2);
        params.not_after = date_time_ymd(until.0, until.1, until.2);
        let key = KeyPair::generate().unwrap();
        fs::write(folder.path().join("tls.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        fs::write(folder.path().join("tls.key"), key.serialize_pem()).unwrap();
        set_mode(&folder.path().join("tls.key"), 0o600);
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn examine(&self, data: &Path, public_url: &str) -> DoctorOutput {
        let (certificate, key) = (self.path("tls.pem"), self.path("tls.key"));
        let tls = [
            ("CARILLON_TLS_CERTIFICATE_FILE", certificate.as_str()),
            ("CARILLON_TLS_KEY_FILE", key.as_str()),
            ("CARILLON_PUBLIC_URL", public_url),
        ];
        doctor(data, &tls, &[])
    }
}

#[test]
fn certificates_are_checked_as_by_browsers() {
    let (data, _) = organisation();
    let long = ((2020, 1, 1), (2090, 1, 1));
    // Nothing listens there: the server is not running.
    let public_url = "https://127.0.0.1:1";
    let good = Certificate::new("127.0.0.1", long.0, long.1);
    let found = good.examine(data.path(), public_url);
    found.expect_ok();
    assert!(
        found.messages("certificates", "ok")[0].contains("expires on 20900101, in "),
        "{}",
        found.printed
    );
    found.expect_warning("public_url", "does not lead to the server");

    good.examine(data.path(), "https://carillon.example")
        .expect_error("certificates", "the certificate is not for carillon.example");
    let named = Certificate::new("*.carillon.example", long.0, long.1);
    let covered = named.examine(data.path(), "https://a.carillon.example");
    assert!(covered.messages("certificates", "error").is_empty(), "{}", covered.printed);
    named
        .examine(data.path(), "https://a.b.carillon.example")
        .expect_error("certificates", "is not for a.b.carillon.example");

    Certificate::new("127.0.0.1", (2020, 1, 1), (2021, 1, 1))
        .examine(data.path(), public_url)
        .expect_error("certificates", "expired on 20210101");
    Certificate::new("127.0.0.1", (2089, 1, 1), (2090, 1, 1))
        .examine(data.path(), public_url)
        .expect_error("certificates", "is valid from 20890101 on");

    fs::write(good.path("tls.key"), KeyPair::generate().unwrap().serialize_pem()).unwrap();
    good.examine(data.path(), public_url).expect_error("certificates", "does not belong to the certificate");
    fs::write(good.path("tls.pem"), "nothing").unwrap();
    good.examine(data.path(), public_url).expect_error("certificates", "there is no certificate in");
    fs::remove_file(good.path("tls.pem")).unwrap();
    good.examine(data.path(), public_url).expect_error("certificates", "no certificate can be read");

    let chain = fs::read_to_string(named.path("tls.pem")).unwrap();
    let mut params = CertificateParams::new(["b.example".to_owned()]).unwrap();
    params.distinguished_name.push(rcgen::DnType::CommonName, "somebody else");
    let other = params.self_signed(&KeyPair::generate().unwrap()).unwrap().pem();
    fs::write(named.path("tls.pem"), chain + &other).unwrap();
    named
        .examine(data.path(), public_url)
        .expect_error("certificates", "is not the issuer of the one before it");
    set_mode(Path::new(&named.path("tls.key")), 0o644);
    named.examine(data.path(), public_url).expect_error("permissions", "the key of the certificate");
}

/// Runs the doctor with a hard limit of open files.
fn doctor_with_files(data: &Path, files: u32) -> DoctorOutput {
    let mut command = without_settings(Command::new("sh"));
    command.args(["-c", "ulimit -n \"$1\" && shift && exec \"$@\"", "sh", &files.to_string()]);
    command.arg(executable().get_program()).args(["doctor", "--json", "--data"]).arg(data);
    command.env("CARILLON_HTTP_MAX_CONNECTIONS", "500");
    DoctorOutput::of(&command.output().unwrap())
}

#[test]
fn a_low_limit_of_open_files_is_reported() {
    let (data, _) = organisation();
    // 192 of them are reserved for the rest of the server.
    assert_eq!(
        doctor_with_files(data.path(), 692).messages("limits", "ok"),
        ["692 files can be open at the same time"]
    );
    let found = doctor_with_files(data.path(), 691);
    found.expect_ok();
    found.expect_warning("limits", "allows 499 of the 500 configured connections");
    doctor_with_files(data.path(), 256).expect_warning("limits", "256 files");
    doctor_with_files(data.path(), 255).expect_error("limits", "255 files");

    // The limits of the running server count, not those of the doctor.
    let mut limited = without_settings(Command::new("sh"));
    limited.args(["-c", "ulimit -n 255 && exec \"$0\" \"$@\""]).arg(executable().get_program()).arg("serve");
    let _server = Program::spawn(&mut limited, data.path());
    doctor(data.path(), &[], &[]).expect_error("limits", "255 files");
}

#[test]
fn callbacks_are_connected_to_without_a_request() {
    let (data, corp) = organisation();
    let key = app(data.path(), &corp, "internal", "qyapi_base")["app_key"].as_str().unwrap().to_owned();
    let receiver = Receiver::start(&key);
    let mut set = executable();
    set.args(["subscription", "set", &key, "--url", &receiver.url, "--token", TOKEN, "--aes-key", AES_KEY]);
    assert!(
        set.env(LOOPBACK.0, LOOPBACK.1).arg("--data").arg(data.path()).output().unwrap().status.success()
    );
    let reachable = format!("app {key}: 1 of 1 callbacks can be reached");
    let found = doctor(data.path(), &[LOOPBACK], &[]);
    found.expect_ok();
    assert_eq!(found.messages("callbacks", "ok"), [reachable.as_str()]);
    doctor(data.path(), &[], &[]).expect_error("callbacks", "is not an address that callbacks may have");

    let database = rusqlite::Connection::open(data.path().join("carillon.db")).unwrap();
    let address = format!("http://user:{SECRET}@127.0.0.1:1/callback?key={SECRET}#{SECRET}");
    database.execute("UPDATE subscription SET url = ?1", [&address]).unwrap();
    drop(database);
    let silent = |found: &DoctorOutput| {
        found.expect_error(
            "callbacks",
            &format!("the callback of app {key}, http://***@127.0.0.1:1/callback?***"),
        );
        found.expect_error("callbacks", "Connection refused");
        assert!(!found.printed.contains(SECRET), "{}", found.printed);
    };
    silent(&doctor(data.path(), &[LOOPBACK], &[]));
    let _server = Program::start_with(&[LOOPBACK], data.path());
    silent(&doctor(data.path(), &[LOOPBACK], &[]));
    assert_eq!(receiver.handshakes(), 1, "no request is sent to a callback");
}

#[test]
fn every_value_has_its_source() {
    let (data, _) = organisation();
    let file = data.path().join("carillon.toml");
    fs::write(&file, "[send]\nmax_receivers = 7\n[ding]\n[throttle]\n").unwrap();
    set_mode(&file, 0o600);
    let found = doctor(
        data.path(),
        &[("CARILLON_COMMENT_MAX_CHARS", "100"), ("CARILLON_METRICS_LISTEN", "127.0.0.1:9")],
        &["--listen", "127.0.0.1:8"],
    );
    assert_eq!(found.report["configuration"]["send.max_receivers"]["value"], 7);
    assert_eq!(found.source("send.max_receivers"), format!("file {}", file.display()));
    assert_eq!(found.source("comment.max_chars"), "environment");
    assert_eq!(found.report["configuration"]["comment.max_chars"]["value"], 100);
    assert_eq!(found.source("metrics_listen"), "environment");
    assert_eq!(found.source("listen"), "flag");
    assert_eq!(found.source("log"), "default");
    assert_eq!(found.source("http.max_connections"), "default");
    assert_eq!(found.source("data"), "flag");
}

#[test]
fn an_invalid_configuration_is_reported_without_its_values() {
    let (data, _) = organisation();
    let file = data.path().join("carillon.toml");
    for (text, expected) in [
        (format!("passphrase = \"{SECRET}\""), "there is no key `passphrase`".to_owned()),
        (
            format!("[send]\nmax_receivers = \"{SECRET}\""),
            "the value of `send.max_receivers` is not ".to_owned(),
        ),
        (format!("[sand]\nkey = \"{SECRET}\""), "there is no key `sand`".to_owned()),
        (format!("listen {SECRET}"), "TOML parse error at line 1".to_owned()),
    ] {
        fs::write(&file, text).unwrap();
        set_mode(&file, 0o600);
        let found = doctor(data.path(), &[], &[]);
        found.expect_error("configuration", &expected);
        found.expect_error("configuration", &file.display().to_string());
        assert!(!found.printed.contains(SECRET), "{}", found.printed);
    }
    fs::remove_file(&file).unwrap();
    doctor(data.path(), &[("CARILLON_LOG", "carillon=loud=loud")], &[])
        .expect_error("configuration", "the value of `log` (--log) has an unknown level");
    doctor(data.path(), &[("CARILLON_SEND_MAX_RECIEVERS", SECRET)], &[])
        .expect_error("configuration", "did you mean \"CARILLON_SEND_MAX_RECEIVERS\"?");
    let public = format!("http://user:{SECRET}@127.0.0.1:1/?key={SECRET}");
    let found = doctor(data.path(), &[("CARILLON_PUBLIC_URL", &public)], &[]);
    found.expect_warning("public_url", "http://***@127.0.0.1:1/?*** does not lead to the server");
    assert_eq!(found.report["configuration"]["public_url"]["value"], "http://***@127.0.0.1:1/?***");
    assert!(!found.printed.contains(SECRET), "{}", found.printed);
    let mut people = executable();
    people.arg("doctor").arg("--data").arg(data.path()).env("CARILLON_PUBLIC_URL", &public);
    assert!(!String::from_utf8(people.output().unwrap().stdout).unwrap().contains(SECRET));
}

#[test]
fn the_public_address_of_a_running_server_must_respond() {
    let (data, _) = organisation();
    let _server = Program::start(data.path());
    doctor(data.path(), &[("CARILLON_PUBLIC_URL", "http://127.0.0.1:1")], &[])
        .expect_error("public_url", "http://127.0.0.1:1/ does not lead to the server: ");
    doctor(data.path(), &[("CARILLON_PUBLIC_URL", "carillon.example")], &[])
        .expect_error("configuration", "the value of `public_url` must begin with http");
    doctor(data.path(), &[], &["--listen", "0.0.0.0:1"])
        .expect_warning("public_url", "public_url is not set");
}

#[test]
fn the_clock_is_compared_with_a_remote_date_on_request() {
    let (data, _) = organisation();
    let certificate = Certificate::new("127.0.0.1", (2020, 1, 1), (2090, 1, 1));
    let (pem, key) = (certificate.path("tls.pem"), certificate.path("tls.key"));
    let tls = [("CARILLON_TLS_CERTIFICATE_FILE", pem.as_str()), ("CARILLON_TLS_KEY_FILE", key.as_str())];
    let server = Program::start_with(&tls, data.path());
    let trusting = [("CARILLON_DELIVERY_CA_FILE", pem.as_str())];
    let found = doctor(data.path(), &trusting, &["--clock-from", &server.url]);
    assert_eq!(
        found.messages("clock", "ok")[0],
        format!("the clock agrees with that of {}/", server.url),
        "{}",
        found.printed
    );
    doctor(data.path(), &[], &["--clock-from", &server.url])
        .expect_warning("clock", "cannot get the time from");
    let mut plain = executable();
    plain.args(["doctor", "--clock-from", "http://127.0.0.1:1", "--data"]).arg(data.path());
    assert_eq!(plain.output().unwrap().status.code(), Some(2));
}

/// A small disk that is removed after the test.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn new(megabytes: u32) -> Self {
        let folder = TempDir::new().unwrap();
        let size = format!("size={megabytes}m");
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).status();
        assert!(mount.unwrap().success(), "tests run as root");
        Self(folder)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn an_almost_full_disk_is_reported() {
    for (megabytes, level) in [(20, "error"), (500, "warning")] {
        let disk = SmallDisk::new(megabytes);
        let data = disk.0.path().join("data");
        fs::create_dir(&data).unwrap();
        assert!(testkit::program::carillon(&data, &["corp", "create", "--name", "a"]).status.success());
        let found = doctor(&data, &[], &[]);
        let messages = found.messages("disk", level);
        assert!(messages.iter().any(|one| one.starts_with("the data folder, ")), "{}", found.printed);
        if megabytes == 20 {
            found.expect_error("disk", " MB free");
            // More is stored than free, so a backup does not fit.
            fs::write(data.join("objects/large"), vec![0; 12 << 20]).unwrap();
            doctor(&data, &[], &[]).expect_warning("disk", "a backup may not fit on this disk");
            let temporary = disk.0.path().to_str().unwrap();
            doctor(&data, &[("TMPDIR", temporary)], &[])
                .expect_error("disk", "the folder for temporary files");
        }
    }
}
