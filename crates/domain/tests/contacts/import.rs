//! Imports in the background: chunks, rights, retention.

use std::fmt::Write as _;

use carillon_domain::{
    contact::import::{self, Problem, ProblemKind, upload},
    operator,
};
use carillon_model::{
    audit::{Actor, Signature},
    error::{Error, Result, Rule},
    id::{DeptId, MemberImportId, UserId},
    member_import::{ImportStatus, LineOutcome, MemberImport},
    operator::{AccountScope, OperatorRights, OperatorRole},
    time::{DAY_MS, HOUR_MS, Timestamp},
};
use carillon_store::LinePosition;
use tokio::runtime::{Builder, Runtime};

use testkit::store::StoreFixture;

struct Imports {
    fixture: StoreFixture,
    runtime: Runtime,
}

impl Imports {
    fn new() -> Self {
        let fixture = StoreFixture::new();
        fixture.add_member("clerk", &[DeptId::ROOT]).unwrap();
        set_roles(&fixture, "clerk", &[OperatorRole::Members]);
        Self { fixture, runtime: Builder::new_current_thread().build().unwrap() }
    }

    fn submit(&self, list: &str) -> Result<MemberImportId> {
        let fixture = &self.fixture;
        let upload = upload::read(&fixture.env, &fixture.corp, list.to_owned()).unwrap();
        let signature = Signature::member(&fixture.env, &UserId::from("clerk"), "test");
        let file = ("list.csv".to_owned(), upload);
        let (store, env, corp) = (fixture.store(), &fixture.env, &fixture.corp);
        self.runtime.block_on(import::submit(store, env, corp, signature, file))
    }

    fn step(&self) -> Option<Timestamp> {
        let (store, fixture) = (self.fixture.shared_store(), &self.fixture);
        self.runtime.block_on(import::take_step(&store, &fixture.env, &fixture.corp)).unwrap()
    }

    /// Works until nothing is due now.
    fn work(&self) -> Option<Timestamp> {
        loop {
            match self.step() {
                Some(at) if at <= self.fixture.env.now() => {}
                next => return next,
            }
        }
    }

    fn get(&self, id: MemberImportId) -> MemberImport {
        self.fixture.read(|tx, corp| import::get(tx, corp, id))
    }

    fn apply(&self, id: MemberImportId) -> Result<()> {
        let actor = Actor::Member(UserId::from("clerk"));
        self.fixture.write(move |tx, env, corp| import::apply(tx, env, corp, id, &actor))
    }

    fn members(&self) -> u64 {
        self.fixture.state().corp(&self.fixture.corp).unwrap().everyone.len()
    }
}

fn set_roles(fixture: &StoreFixture, userid: &str, roles: &[OperatorRole]) {
    let rights: OperatorRights = roles.iter().map(|role| (*role, AccountScope::All)).collect();
    let userid = UserId::from(userid);
    fixture.write(move |tx, env, corp| operator::set(tx, env, corp, &userid, None, rights)).unwrap();
}

fn list(members: usize) -> String {
    let mut list = "userid,name,mobile,departments\n".to_owned();
    for number in 0..members {
        writeln!(list, "m{number},n,{},A", 13_900_000_000_usize + number).unwrap();
    }
    list
}

#[test]
fn a_check_changes_nothing_and_each_step_is_whole() {
    let imports = Imports::new();
    let id = imports.submit(&list(600)).unwrap();
    assert_eq!(imports.submit(&list(1)), Err(Error::Rule(Rule::ImportRunning)));
    imports.work();
    let ready = imports.get(id);
    assert_eq!((ready.status, ready.counts.added, ready.chunks), (ImportStatus::Ready, 600, 3));
    assert_eq!((ready.departments, ready.department_count), (vec!["A".to_owned()], 1));
    assert_eq!(imports.members(), 1);
    imports.apply(id).unwrap();
    assert_eq!(imports.apply(id), Err(Error::Rule(Rule::ImportStatusWrong)));
    let mut seen = Vec::new();
    while imports.get(id).status == ImportStatus::Applying {
        imports.step();
        assert_eq!(imports.members() - 1, imports.get(id).counts.added.unsigned_abs());
        seen.push(imports.members() - 1);
    }
    assert_eq!(seen, [250, 500, 600]);
    assert_eq!(imports.get(id).status, ImportStatus::Done);
    imports.submit(&list(1)).unwrap();
}

#[test]
fn an_import_stops_when_its_operator_loses_the_role() {
    let imports = Imports::new();
    let id = imports.submit(&list(600)).unwrap();
    imports.work();
    imports.apply(id).unwrap();
    imports.step();
    set_roles(&imports.fixture, "clerk", &[OperatorRole::Agent]);
    imports.work();
    let stopped = imports.get(id);
    assert_eq!((stopped.status, stopped.counts.added, imports.members()), (ImportStatus::Stopped, 250, 251));
    // The report has what was imported, and nothing of the check.
    let page = |outcome| {
        imports
            .fixture
            .read(|tx, corp| import::lines(tx, corp, &stopped, Some(outcome), LinePosition::After(0), 1_000))
            .len()
    };
    assert_eq!((page(LineOutcome::Added), page(LineOutcome::Refused)), (250, 0));
}

#[test]
fn lists_and_reports_are_removed_after_their_time() {
    let mut imports = Imports::new();
    let id = imports.submit(&list(3)).unwrap();
    imports.work();
    let ready_until = imports.fixture.env.now().plus_ms(import::READY_HOURS * HOUR_MS);
    assert_eq!(imports.work(), Some(ready_until));
    imports.fixture.later(import::READY_HOURS * HOUR_MS);
    let stored_until = imports.fixture.env.now().plus_ms(import::REPORT_DAYS * DAY_MS);
    assert_eq!(imports.work(), Some(stored_until));
    let cancelled = imports.get(id);
    assert_eq!((cancelled.status, cancelled.counts.added), (ImportStatus::Cancelled, 0));
    assert!(imports.fixture.read(|tx, corp| tx.import_chunk(corp, id, 0)).is_none(), "the list is gone");
    assert_eq!(imports.apply(id), Err(Error::Rule(Rule::ImportStatusWrong)));
    imports.fixture.later(import::REPORT_DAYS * DAY_MS);
    assert_eq!(imports.work(), None);
    assert!(imports.fixture.read(import::list).is_empty());
    // Of many reports, the newest stay.
    for _ in 0..=import::MAX_IMPORTS {
        let id = imports.submit(&list(1)).unwrap();
        imports.fixture.write(move |tx, env, corp| import::cancel(tx, env, corp, id)).unwrap();
        imports.work();
    }
    let all = imports.fixture.read(|tx, corp| tx.member_imports(corp, 1_000));
    assert_eq!(all.len() as i64, import::MAX_IMPORTS);
}

#[test]
fn managers_may_come_later_and_only_they_are_refused() {
    let imports = Imports::new();
    let list = "userid,name,mobile,departments,manager_userid\n\
                a,n,13900000001,A,b\nb,n,13900000002,A,x\nc,n,bad,A,b\nd,n,13900000004,A,c\n";
    let id = imports.submit(list).unwrap();
    imports.work();
    let counts = imports.get(id).counts;
    assert_eq!((counts.added, counts.refused, counts.partial), (3, 1, 2), "c is not added, so no manager");
    imports.apply(id).unwrap();
    imports.work();
    let done = imports.get(id);
    assert_eq!(done.counts, counts);
    let lines =
        imports.fixture.read(|tx, corp| import::lines(tx, corp, &done, None, LinePosition::After(0), 10));
    let kind = |text: &str| serde_json::from_str::<Problem>(text).unwrap().kind;
    let found: Vec<_> = lines.iter().map(|line| (line.line, kind(line.problem.as_ref().unwrap()))).collect();
    let unknown = ProblemKind::UnknownManager;
    assert_eq!(found, [(3, unknown.clone()), (4, ProblemKind::MobileInvalid), (5, unknown)]);
    let manager = imports.fixture.read(|tx, corp| tx.member_by_userid(corp, &UserId::from("a")));
    assert_eq!(manager.unwrap().profile.manager_userid, "b");
}

#[test]
fn stored_lists_have_no_readable_password() {
    let imports = Imports::new();
    let id =
        imports.submit("userid,init_password\nclerk,secret-password-1\nclerk,secret-password-2\n").unwrap();
    let chunk = imports.fixture.read(|tx, corp| tx.import_chunk(corp, id, 0)).unwrap();
    assert!(!chunk.windows(6).any(|window| window == b"secret"));
    imports.work();
    let import = imports.get(id);
    let lines =
        imports.fixture.read(|tx, corp| import::lines(tx, corp, &import, None, LinePosition::After(0), 10));
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| !line.cells.as_ref().unwrap().contains("secret")), "{lines:?}");
}

#[test]
fn limits_of_a_list_hold_at_them_and_one_past() {
    let fixture = StoreFixture::new();
    let read = |list: String| upload::read(&fixture.env, &fixture.corp, list);
    let lines = |count: usize| format!("userid\n{}", "x\n".repeat(count));
    assert!(read(lines(upload::MAX_LINES)).is_ok());
    assert_eq!(read(lines(upload::MAX_LINES + 1)).err(), Some(upload::UploadError::TooManyLines));
    let most = format!("userid\n{}", "\n".repeat(upload::MAX_FILE_BYTES - 8) + "x");
    assert_eq!(most.len(), upload::MAX_FILE_BYTES);
    assert_eq!(read(most.clone()).map(|upload| upload.lines).ok(), Some(1));
    assert_eq!(read(most + "\n").err(), Some(upload::UploadError::TooLarge));
}
