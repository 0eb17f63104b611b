//! An organisation with groups.

use carillon_domain::group::{self, GroupDetails, NewGroup};
use carillon_model::{
    error::Result,
    group::{Group, GroupKind, GroupTemplate},
    id::{ConversationId, DeptId, UserId},
    time::Timestamp,
};

use testkit::store::StoreFixture;

/// Start of the day of `START` in Shanghai.
pub const START_OF_DAY: Timestamp = Timestamp(1_759_939_200_000);

pub fn userid(text: &str) -> UserId {
    UserId::from(text)
}

pub fn userids(texts: &[&str]) -> Vec<UserId> {
    texts.iter().copied().map(UserId::from).collect()
}

/// A fixture with members `a` to `e` in the root department.
pub fn with_members() -> StoreFixture {
    let fixture = StoreFixture::new();
    for name in ["a", "b", "c", "d", "e"] {
        fixture.add_member(name, &[DeptId::ROOT]).unwrap();
    }
    fixture
}

/// An ordinary group that `owner` owns.
pub fn new_group(kind: GroupKind, owner: &str) -> NewGroup {
    let template = match kind {
        GroupKind::Scene => GroupTemplate { id: "tpl".to_owned(), name: "模板".to_owned() },
        _ => GroupTemplate::default(),
    };
    NewGroup {
        title: "群".to_owned(),
        kind,
        department: None,
        template,
        owner: userid(owner),
        administrators: Vec::new(),
        members: group::MemberSelection::default(),
        synced_to_drive: false,
        extensions: Default::default(),
    }
}

pub trait Groups {
    fn make(&self, new: NewGroup) -> Result<Group>;
    fn details(&self, id: &ConversationId) -> GroupDetails;
    /// The userids of all members.
    fn members(&self, id: &ConversationId) -> Vec<String>;
    /// The owner's userid. Empty if there is none.
    fn owner(&self, id: &ConversationId) -> String;
}

impl Groups for StoreFixture {
    fn make(&self, new: NewGroup) -> Result<Group> {
        self.write(move |tx, env, corp| group::create(tx, env, corp, new))
    }

    fn details(&self, id: &ConversationId) -> GroupDetails {
        self.read(|tx, corp| group::get(tx, corp, id))
    }

    fn members(&self, id: &ConversationId) -> Vec<String> {
        let found = self.read(|tx, corp| group::member_page(tx, corp, id, None, 100_000));
        assert_eq!((found.total, found.next), (i64::try_from(found.userids.len()).unwrap(), None));
        found.userids.iter().map(ToString::to_string).collect()
    }

    fn owner(&self, id: &ConversationId) -> String {
        self.details(id).owner.map(|(userid, _)| userid.to_string()).unwrap_or_default()
    }
}
