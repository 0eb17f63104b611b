//! Usage errors exit with 2 and a suggestion, before anything is created or changed.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::{Value, json};
use tempfile::TempDir;

use testkit::program::{MANAGE, Program, app, carillon, carillon_json, executable, organisation};

/// Arguments, environment, configuration file, and the expected text on standard error.
struct UsageError {
    arguments: Vec<String>,
    variables: Vec<(&'static str, &'static str)>,
    file: &'static str,
    expected: String,
}

impl UsageError {
    fn of_arguments(arguments: &str, expected: &str) -> Self {
        let arguments = arguments.split(' ').map(|one| one.replace("%20", " ")).collect();
        Self { arguments, variables: Vec::new(), file: "", expected: expected.to_owned() }
    }

    fn of_variable(name: &'static str, value: &'static str, expected: &str) -> Self {
        Self { variables: vec![(name, value)], ..Self::of_arguments("corp list", expected) }
    }

    fn of_file(file: &'static str, expected: &str) -> Self {
        Self { file, ..Self::of_arguments("corp list", expected) }
    }

    fn run(&self, data: &Path) -> Option<String> {
        let file = data.join("carillon.toml");
        fs::write(&file, self.file).unwrap();
        let mut command = executable();
        command.args(&self.arguments).args(["--data", data.to_str().unwrap()]);
        let output = command.envs(self.variables.iter().copied()).output().unwrap();
        fs::remove_file(&file).unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let is_right = output.status.code() == Some(2) && stderr.contains(&self.expected);
        let Self { arguments, variables, file, expected } = self;
        (!is_right).then(|| {
            format!(
                "{arguments:?} {variables:?} {file:?}\n  is {:?}: {stderr}  expected {expected}",
                output.status.code()
            )
        })
    }
}

/// `{corp}` and `{key}` stand for ids of the data folder, `{near_corp}` and `{near_key}` for mistyped ones.
const ARGUMENTS: &[(&str, &str)] = &[
    // Commands and flags.
    ("serv", "similar subcommand"),
    ("serve --lisen 127.0.0.1:0", "similar argument"),
    ("corp create --name a --time-zone Asia/Shangai", "did you mean \"Asia/Shanghai\"?"),
    ("corp create --name a --time-zone nowhere", "there is no such time zone"),
    ("corp create --name ", "must not be empty"),
    ("corp create --name %20%20", "must not be empty"),
    ("corp create --name a\nb", "line breaks"),
    ("app create --corp {corp} --name ", "name must not be empty"),
    ("app create --corp {corp} --name a\tb", "control characters"),
    ("app create --corp {corp} --name a --type intrenal", "internal"),
    // Permissions.
    ("app create --corp {corp} --name a --grant qyapi_bsae", "did you mean \"qyapi_base\"?"),
    (
        "app create --corp {corp} --name a --grant qyapi_base,nonsense",
        "\"nonsense\": there is no such permission",
    ),
    ("app create --corp {corp} --name a --grant ", "there is no such permission"),
    ("app create --corp {corp} --name a --grant Al", "there is no such permission"),
    ("app create --corp {corp} --name a --grant all,qyapi_bsae", "did you mean \"qyapi_base\"?"),
    ("app grant {key} qyapi_bsae all", "did you mean \"qyapi_base\"?"),
    ("app grant {key} Custom.Group.Raed", "did you mean \"Custom.Group.Read\"?"),
    ("app grant {key} qyapi_base nonsense", "\"nonsense\": there is no such permission"),
    ("app revoke {key} qyapi_bsae", "did you mean \"qyapi_base\"?"),
    // Organisations, apps, members.
    ("app create --corp {near_corp} --name a", "did you mean \"{corp}\"?"),
    ("app create --corp 测试组织 --name a", "its id is {corp}"),
    ("app create --corp  --name a", "--corp is not an organisation"),
    ("corp set {near_corp} --name a", "CORP is not an organisation"),
    ("contacts reset-password nobody --corp {corp}", "there is no member nobody (`carillon contacts import`"),
    ("app grant {near_key} qyapi_base", "did you mean \"{key}\"?"),
    ("app grant main qyapi_base", "its key is {key}"),
    ("app revoke nobody qyapi_base", "`carillon app list` lists them"),
    ("app reset-secret {near_key}", "did you mean \"{key}\"?"),
    ("subscription set {near_key}", "did you mean \"{key}\"?"),
    ("subscription delete {near_key}", "did you mean \"{key}\"?"),
    ("subscription set {key} --events user_ad_org", "did you mean \"user_add_org\"?"),
    ("subscription set {key} --events user_add_org user_ad_org", "user_ad_org, which matches no event"),
    ("contacts admin list --corp {near_corp}", "did you mean \"{corp}\"?"),
    ("contacts admin grant nobody --corp {corp}", "nobody is not a member"),
    ("contacts admin grant a --corp {near_corp}", "did you mean \"{corp}\"?"),
    ("contacts admin grant a --corp {corp} --level mian", "main"),
    ("contacts unlock nobody --corp {corp}", "nobody is not a member"),
    ("contacts import --corp {corp} nowhere.csv", "there is no file nowhere.csv"),
    ("restore --release --corp {near_corp}", "did you mean \"{corp}\"?"),
    // Facts.
    ("facts import --corp {corp} nowhere.ndjson", "there is no file nowhere.ndjson"),
    ("facts generate --corp {corp} --from 2026-13-01 --to 2026-12-01", "there is no such day"),
    ("facts generate --corp {corp} --from 20260230 --to 20260301", "there is no such day"),
    ("facts generate --corp {corp} --from 2026-1-01 --to 20260301", "there is no such day"),
    ("facts generate --corp {corp} --from 20251010 --to 20251009", "--from must not be after --to"),
    ("facts generate --corp {corp} --from 20251009 --to 20251009 --members 0", "0 is not in"),
    ("facts generate --corp {corp} --from 20251009 --to 20251009 --seed x", "--seed"),
    ("facts generate --corp {near_corp} --from 20251009 --to 20251009", "did you mean \"{corp}\"?"),
    // Files.
    ("verify nowhere.tar.gz", "there is no file nowhere.tar.gz"),
    ("backup b.tar.gz --passphrase-file nowhere", "there is no file nowhere"),
    ("corp list --config nowhere.toml", "there is no configuration file nowhere.toml"),
    // Logs and addresses.
    ("corp list --log loud", "an unknown level (write one of trace"),
    ("corp list --log inof", "did you mean \"info\"?"),
    ("corp list --log warn,carillon_wrie=debug", "did you mean \"carillon_wire\"?"),
    ("serve --listen 127.0.0.1", "`listen` (--listen) has no port"),
    ("serve --listen 127.0.0.1:99999", "`listen` (--listen) has an invalid port"),
    ("serve --listen 127.0.0.256:80", "`listen` (--listen) has an invalid address"),
    ("serve --listen ", "`listen` (--listen) has no port"),
    (
        "serve --listen 127.0.0.1:0 --metrics-listen nonsense",
        "`metrics_listen` (--metrics-listen) has no port",
    ),
    ("serve --listen 127.0.0.1:0 --public-url carillon.example", "`public_url` must begin with http"),
    ("demo --members 0", "0 is not in"),
    ("doctor --clock-from http://example.com", "https://"),
];

const VARIABLES: &[(&str, &str, &str)] = &[
    ("CARILLON_LISTN", "x", "; did you mean \"CARILLON_LISTEN\"?"),
    ("CARILLON_SNED_DAILY", "1", "did you mean \"CARILLON_SEND_DAILY\"?"),
    ("CARILLON_SEND_DALY", "1", "did you mean \"CARILLON_SEND_DAILY\"?"),
    ("CARILON_LISTEN", "x", "; did you mean \"CARILLON_LISTEN\"?"),
    ("CARILLON_NONSENSE", "1", "CARILLON_NONSENSE (`carillon config`"),
    ("CARILLON_SEND_MAX_RECEIVERS", "many", "is not a whole number"),
    ("CARILLON_SEND_MAX_RECEIVERS", "-1", "(environment variable CARILLON_SEND_MAX_RECEIVERS)"),
    ("CARILLON_STORAGE_LOG_LIMIT_MB", "23", "`storage.log_limit_mb` must be from 24"),
    ("CARILLON_HTTP_BODY_PERCENT_OF_ONE", "101", "`http.body_percent_of_one` must be from 1 to 100"),
    ("CARILLON_DELIVERY_WAIT_HOURS", "0", "`delivery.wait_hours` must be from 1"),
    ("CARILLON_DELIVERY_RETRY_MS", "[99999999999999]", "`delivery.retry_ms` must be at most"),
    ("CARILLON_DELIVERY_ALLOW", "[\"10.0.0.0/33\"]", "10.0.0.0/33"),
    ("CARILLON_THROTTLE_TRUSTED_PROXIES", "[\"nowhere\"]", "is no address and no range"),
    ("CARILLON_THROTTLE_ADDRESS_ANSWER", "jsno", "json, html"),
    ("CARILLON_LOG", "loud", "an unknown level"),
];

const FILES: &[(&str, &str)] = &[
    ("lisen = \"127.0.0.1:0\"", "there is no key `lisen`"),
    ("lisen = \"127.0.0.1:0\"", "did you mean `listen`?"),
    ("max_receivers = 5", "did you mean `max_receivers` of [send]?"),
    ("[sned]\ndaily = 1", "did you mean `send`?"),
    ("[tls]\nlisten = \"127.0.0.1:0\"", "did you mean `listen`, above all sections?"),
    ("[throttle]\ntrusted_proxy = []", "did you mean `trusted_proxies`?"),
    ("[allow]\ndingabc = [\"nowhere\"]", "is no address and no range"),
    ("[send]\ndaily = \"x\"", "carillon.toml"),
    ("[facts]\nkeep_days = 1", "is `retention.fact_days` now"),
    ("listen = ", "TOML parse error"),
    ("listen = \"a", "carillon.toml: invalid basic string"),
    ("listen = 8080", "`listen` is not"),
    ("[http]\nhead_seconds = 0", "`http.head_seconds` must be from 1"),
    ("[http]\nhead_seconds = 99999999999999999999", "carillon.toml"),
    ("[tls]\ncertificate_file = \"a.pem\"", "`tls.key_file` is missing"),
    ("log = \"loud\"", "an unknown level"),
];

#[test]
fn usage_errors_are_refused_with_a_suggestion() {
    let (folder, corp) = organisation();
    let data = folder.path();
    let main = carillon_json(data, &["app", "create", "--corp", &corp, "--name", "main", "--grant", MANAGE]);
    let key = main["app_key"].as_str().unwrap();
    let near = |id: &str| format!("{}{}", &id[..id.len() - 1], if id.ends_with('x') { 'y' } else { 'x' });
    let filled = |text: &str| {
        let filled = text.replace("{corp}", &corp).replace("{near_corp}", &near(&corp));
        filled.replace("{key}", key).replace("{near_key}", &near(key))
    };
    let mut errors: Vec<UsageError> = ARGUMENTS
        .iter()
        .map(|(arguments, expected)| UsageError::of_arguments(&filled(arguments), &filled(expected)))
        .collect();
    errors.extend(
        VARIABLES.iter().map(|(name, value, expected)| UsageError::of_variable(name, value, expected)),
    );
    errors.extend(FILES.iter().map(|(file, expected)| UsageError::of_file(file, expected)));
    // No section has other keys.
    let defaults = carillon(data, &["config"]).stdout;
    let defaults = String::from_utf8(defaults).unwrap();
    let sections: Vec<&str> =
        defaults.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')).collect();
    assert!(sections.len() > 12, "{sections:?}");
    for section in sections.into_iter().filter(|section| *section != "allow") {
        let file: &'static str = format!("[{section}]\nnonsense = 1\n").leak();
        errors.push(UsageError::of_file(file, "there is no key `nonsense`"));
    }
    let long = "五".repeat(101);
    for command in ["corp create", &format!("app create --corp {corp}")] {
        errors.push(UsageError::of_arguments(&format!("{command} --name {long}"), "at most 100 characters"));
    }
    let before = carillon_json(data, &["app", "list"]);
    let wrong: Vec<String> = errors.iter().filter_map(|error| error.run(data)).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    // The same with a running server, which refuses the command.
    let server = Program::start(data);
    let server_errors =
        |error: &&UsageError| !["serve", "restore", "backup"].contains(&error.arguments[0].as_str());
    let wrong: Vec<String> =
        errors.iter().filter(server_errors).filter_map(|error| error.run(data)).collect();
    assert!(wrong.is_empty(), "with a server\n{}", wrong.join("\n"));
    assert_eq!(carillon_json(data, &["app", "list"]), before, "nothing was changed");
    assert_eq!(carillon_json(data, &["corp", "list"]).as_array().unwrap().len(), 1);
    drop(server);
}

#[test]
fn a_missing_folder_is_not_created() {
    let parent = TempDir::new().unwrap();
    let data = parent.path().join("company");
    fs::create_dir(&data).unwrap();
    // The first organisation can be created in an empty folder; every other command needs a folder with data.
    let corp = carillon_json(&data, &["corp", "create", "--name", "a"]);
    let corp = corp["corp_id"].as_str().unwrap();
    let file = parent.path().join("members.csv");
    fs::write(&file, "userid,name\nu1,x\n").unwrap();
    let file = file.to_str().unwrap();
    let (mistyped, empty) = (parent.path().join("compnay"), parent.path().join("empty"));
    fs::create_dir(&empty).unwrap();
    let commands: [&[&str]; 12] = [
        &["corp", "list"],
        &["corp", "create", "--name", "b"],
        &["app", "list"],
        &["app", "create", "--corp", corp, "--name", "a"],
        &["app", "grant", "dingx", "qyapi_base"],
        &["subscription", "list"],
        &["contacts", "admin", "list", "--corp", corp],
        &["contacts", "unlock", "a", "--corp", corp],
        &["contacts", "import", "--corp", corp, file],
        &["facts", "generate", "--corp", corp, "--from", "20251009", "--to", "20251009"],
        &["restore", "--release"],
        &["backup", "b.tar.gz"],
    ];
    for command in commands {
        let output = carillon(&mistyped, command);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}: {stderr}");
        assert!(stderr.contains("compnay"), "{command:?}: {stderr}");
        if command[0] != "backup" {
            assert!(stderr.contains("did you mean \"company\"?"), "{command:?}: {stderr}");
        }
        assert!(!mistyped.exists(), "{command:?} creates no folder");
        if command[..2] != ["corp", "create"] {
            let output = carillon(&empty, command);
            assert_eq!(output.status.code(), Some(2), "{command:?} {output:?}");
            assert_eq!(fs::read_dir(&empty).unwrap().count(), 0, "{command:?} creates nothing");
        }
    }
    carillon_json(&empty, &["corp", "create", "--name", "b"]);
    assert!(empty.join("carillon.db").is_file());
}

/// A folder of something else is neither filled nor closed for its other users.
#[test]
fn a_folder_with_other_folders_is_refused() {
    let folder = TempDir::new().unwrap();
    let (notes, pictures) = (folder.path().join("notes.txt"), folder.path().join("pictures"));
    fs::write(&notes, "x").unwrap();
    fs::create_dir(&pictures).unwrap();
    let mode = || fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777;
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    for (data, expected) in [(folder.path(), "has other folders"), (&notes, "is a file")] {
        for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["demo", "--listen", "127.0.0.1:0"]] {
            let output = carillon(data, command);
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{command:?}: {stderr}");
            assert!(stderr.contains(expected) && stderr.contains("--data"), "{command:?}: {stderr}");
        }
    }
    let output = carillon(folder.path(), &["corp", "create", "--name", "a"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    assert_eq!(mode(), 0o755);
    // Files, a configuration among them, and what a new volume contains may be there first.
    fs::remove_dir(&pictures).unwrap();
    fs::create_dir(folder.path().join("lost+found")).unwrap();
    fs::write(folder.path().join("carillon.toml"), "").unwrap();
    carillon_json(folder.path(), &["corp", "create", "--name", "a"]);
}

#[test]
fn a_damaged_database_is_named() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("carillon.db"), "x".repeat(5000)).unwrap();
    let output = carillon(folder.path(), &["corp", "list"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("carillon.db: file is not a database"), "{stderr}");
}

/// Commands that help with a broken configuration still work.
#[test]
fn some_commands_work_with_a_broken_configuration() {
    for command in [&["config"][..], &["app", "permissions"], &["--help"], &["--version"]] {
        let mut program = executable();
        let output =
            program.args(command).env("CARILLON_NONSENSE", "1").env("CARILLON_LOG", "loud").output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{command:?}");
    }
}

#[test]
fn all_permissions_are_listed_with_what_they_open() {
    let missing = Path::new("/nowhere");
    let permissions = carillon_json(missing, &["app", "permissions"]);
    let permissions = permissions.as_array().unwrap();
    let find = |code: &str| permissions.iter().find(|permission| permission["code"] == code).unwrap();
    let paths = |permission: &Value| -> Vec<String> {
        let operations = permission["operations"].as_array().unwrap().iter();
        operations.map(|operation| operation["path"].as_str().unwrap().to_owned()).collect()
    };
    let manage = find(MANAGE);
    assert_eq!(
        (&manage["name_zh"], &manage["name_en"]),
        (&json!("服务号管理权限"), &json!("manage service accounts"))
    );
    assert!(paths(manage).contains(&"/topapi/serviceaccount/add".to_owned()), "{manage}");
    let messages = find("qyapi_service_account_message");
    assert!(paths(messages).contains(&"/topapi/message/mass/send".to_owned()), "{messages}");
    assert!(messages["events"].as_array().unwrap().contains(&json!("isw_user_msg_received")), "{messages}");
    assert_eq!(find("fieldMobile")["fields"], json!(["mobile", "state_code"]));
    assert!(paths(find("isvapi_base")).contains(&"/service/get_auth_info".to_owned()));

    // Each permission opens all operations that require it.
    let document: Value = serde_json::from_str(include_str!("../../../../openapi/openapi.json")).unwrap();
    let mut checked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            if let Some(code) = operation["x-permission"].as_str() {
                assert!(paths(find(code)).contains(path), "{code} {path}");
                checked += 1;
            }
        }
        // Registering for events needs the permission of each.
    }
    assert!(checked > 100, "{checked}");
    let text = String::from_utf8(carillon(missing, &["app", "permissions"]).stdout).unwrap();
    for permission in permissions {
        assert!(text.contains(permission["code"].as_str().unwrap()));
    }
    assert!(text.contains("POST   /topapi/serviceaccount/add"), "{text}");
}

#[test]
fn all_permissions_can_be_granted_and_revoked_at_once() {
    let (folder, corp) = organisation();
    let data = folder.path();
    let codes: Vec<Value> = carillon_json(data, &["app", "permissions"])
        .as_array()
        .unwrap()
        .iter()
        .map(|permission| permission["code"].clone())
        .collect();
    let sorted = |grants: &Value| {
        let mut grants: Vec<String> =
            grants.as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect();
        grants.sort();
        grants
    };
    let all = sorted(&codes.into());
    let created = app(data, &corp, "internal", "all");
    assert_eq!(sorted(&created["grants"]), all);
    let key = created["app_key"].as_str().unwrap();
    assert_eq!(carillon_json(data, &["app", "revoke", key, "all"])["grants"], json!([]));
    assert_eq!(sorted(&carillon_json(data, &["app", "grant", key, "all"])["grants"]), all);
    let two = carillon_json(
        data,
        &["app", "create", "--corp", &corp, "--name", "b", "--grant", "qyapi_base,fieldEmail"],
    );
    assert_eq!(two["grants"], json!(["fieldEmail", "qyapi_base"]));
}

/// Another version may have stored it.
#[test]
fn a_stored_permission_that_is_unknown_stays_until_it_is_revoked() {
    let (folder, corp) = organisation();
    let data = folder.path();
    let created = app(data, &corp, "internal", "qyapi_base");
    let key = created["app_key"].as_str().unwrap();
    let database = rusqlite::Connection::open(data.join("carillon.db")).unwrap();
    database
        .execute(
            "INSERT INTO app_grant (corp_id, app_key, permission) VALUES (?1, ?2, 'Of.Another.Version')",
            [&corp, key],
        )
        .unwrap();
    drop(database);
    let server = Program::start(data);
    assert_eq!(server.token(&created).len(), 32);
    let grants = |arguments: &[&str]| carillon_json(data, arguments)["grants"].clone();
    assert_eq!(
        grants(&["app", "grant", key, "fieldEmail"]),
        json!(["Of.Another.Version", "fieldEmail", "qyapi_base"])
    );
    assert_eq!(grants(&["app", "revoke", key, "Of.Another.Version"]), json!(["fieldEmail", "qyapi_base"]));
    assert_eq!(carillon(data, &["app", "revoke", key, "Of.Another.Version"]).status.code(), Some(2));
}
