//! Internal groups.
//!
//! They are in rows only: an organisation can have more groups than members, and a request needs only the groups that it names. The
//! snapshot has their numbers (`group_count.rs`).

use std::collections::BTreeMap;

use carillon_model::{
    day::Day,
    error::{Error, Result},
    group::{Group, GroupKind, GroupOrigin, GroupTemplate},
    id::{ConversationId, CorpId, DeptId, GroupNo, MemberNo},
    time::Timestamp,
};

use crate::{
    group_count::GroupLifespan,
    sql::{Row, Value, contains_pattern},
    tx::Tx,
};

/// Selects what [`group_row`] reads, followed by further columns or the `FROM` clause.
macro_rules! select_group {
    ($rest:literal) => {
        concat!(
            "SELECT group_no, open_conversation_id, title, kind, dept_id, template_id, template_name, synced_to_drive, extensions,
                    owner_no, creator_no, member_count, administrator_count, words_banned, used_bytes, created_at, active_at,
                    dissolved_at, origin, named_until, titled_at",
            $rest
        )
    };
}

/// A filter of groups. Ranges include their ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupFilter {
    /// Part of the title; empty for all.
    pub title: String,
    /// The owner.
    pub owner: Option<MemberNo>,
    /// Whether files are also stored in the drive.
    pub synced_to_drive: Option<bool>,
    /// The range of the number of members.
    pub members: (i64, i64),
    /// The range of the time of creation.
    pub created: (Timestamp, Timestamp),
    /// The range of the time of the last activity.
    pub active: (Timestamp, Timestamp),
}

impl GroupFilter {
    /// All groups.
    pub fn all() -> Self {
        let ever = (Timestamp(i64::MIN), Timestamp(i64::MAX));
        Self {
            title: String::new(),
            owner: None,
            synced_to_drive: None,
            members: (i64::MIN, i64::MAX),
            created: ever,
            active: ever,
        }
    }
}

/// A search for groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupSearch {
    /// Part of the title; empty for all.
    pub title: String,
    /// The kind; `None` for all.
    pub kind: Option<GroupKind>,
    /// The owner; `None` for all. A dissolved group has its last one.
    pub owner: Option<MemberNo>,
    /// Whether dissolved groups are found too.
    pub with_dissolved: bool,
}

/// The position from which groups are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupPosition {
    /// Groups with a smaller number, the newest first.
    OlderThan(GroupNo),
    /// Groups with a larger number, the oldest first.
    NewerThan(GroupNo),
}

const OLDER_GROUPS: &str = select_group!(
    " FROM chat_group
     WHERE corp_id = ?1 AND group_no < ?2 AND title_folded LIKE ?3 ESCAPE '!' AND (?4 OR dissolved_at IS NULL)
       AND (?5 = 0 OR kind = ?5) AND (?6 < 0 OR owner_no = ?6)
     ORDER BY group_no DESC LIMIT ?7"
);
const NEWER_GROUPS: &str = select_group!(
    " FROM chat_group
     WHERE corp_id = ?1 AND group_no > ?2 AND title_folded LIKE ?3 ESCAPE '!' AND (?4 OR dissolved_at IS NULL)
       AND (?5 = 0 OR kind = ?5) AND (?6 < 0 OR owner_no = ?6)
     ORDER BY group_no LIMIT ?7"
);

/// A filter of the groups of a day.
#[derive(Clone, Debug)]
pub struct GroupDayFilter {
    /// The day.
    pub day: Day,
    /// The start of the day.
    pub begins: Timestamp,
    /// The start of the next day.
    pub ends: Timestamp,
    /// The kind; `None` for all.
    pub kind: Option<GroupKind>,
}

/// A group in a list of the groups of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupOfDay {
    /// Its id.
    pub id: ConversationId,
    /// Its title, as it is now.
    pub title: String,
    /// Its kind.
    pub kind: GroupKind,
    /// Who created it.
    pub creator: MemberNo,
    /// When it was created.
    pub created_at: Timestamp,
    /// The number of its members at the end of the day.
    pub members: i64,
}

impl Tx<'_> {
    /// Adds a group, without members.
    pub fn insert_group(&mut self, corp: &CorpId, group: &Group) -> Result<()> {
        let extensions = serde_json::to_string(&group.extensions).map_err(Error::internal)?;
        self.execute(
            "INSERT INTO chat_group (corp_id, group_no, open_conversation_id, title, title_folded, kind, dept_id, template_id,
                                     template_name, synced_to_drive, extensions, owner_no, creator_no, member_count, administrator_count, words_banned, used_bytes,
                                     created_at, active_at, dissolved_at, origin, named_until, titled_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0, 0, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
            &[
                corp.into(),
                group.no.into(),
                (&group.id).into(),
                (&group.title).into(),
                (&group.title.to_lowercase()).into(),
                group.kind.number().into(),
                group.department.into(),
                (&group.template.id).into(),
                (&group.template.name).into(),
                group.synced_to_drive.into(),
                (&extensions).into(),
                group.owner.into(),
                group.creator.into(),
                group.words_banned.into(),
                group.used_bytes.into(),
                group.created_at.into(),
                group.active_at.into(),
                group.dissolved_at.into(),
                group.origin.number().into(),
                group.named_until.into(),
                group.titled_at.into(),
            ],
        )?;
        self.count_group(corp, None, GroupLifespan::of(group))
    }

    /// Replaces the properties of a group, except members, administrators, lifespan and last activity.
    pub fn update_group(&mut self, corp: &CorpId, group: &Group) -> Result<()> {
        let extensions = serde_json::to_string(&group.extensions).map_err(Error::internal)?;
        self.execute(
            "UPDATE chat_group SET title = ?3, title_folded = ?4, synced_to_drive = ?5, extensions = ?6, owner_no = ?7,
                                   words_banned = ?8, used_bytes = ?9, titled_at = ?10
             WHERE corp_id = ?1 AND group_no = ?2",
            &[
                corp.into(),
                group.no.into(),
                (&group.title).into(),
                (&group.title.to_lowercase()).into(),
                group.synced_to_drive.into(),
                (&extensions).into(),
                group.owner.into(),
                group.words_banned.into(),
                group.used_bytes.into(),
                group.titled_at.into(),
            ],
        )?;
        Ok(())
    }

    /// Records the time of a message in a group.
    pub fn record_group_activity(&mut self, corp: &CorpId, group: GroupNo, at: Timestamp) -> Result<()> {
        self.execute(
            "UPDATE chat_group SET active_at = ?3 WHERE corp_id = ?1 AND group_no = ?2 AND active_at < ?3",
            &[corp.into(), group.into(), at.into()],
        )?;
        Ok(())
    }

    /// Replaces the lifespan of a group: its origin, kind, creator, times of creation and dissolution.
    pub fn update_group_lifespan(&mut self, corp: &CorpId, before: &Group, after: &Group) -> Result<()> {
        self.execute(
            "UPDATE chat_group SET origin = ?3, kind = ?4, creator_no = ?5, created_at = ?6, dissolved_at = ?7, named_until = ?8
             WHERE corp_id = ?1 AND group_no = ?2",
            &[
                corp.into(),
                before.no.into(),
                after.origin.number().into(),
                after.kind.number().into(),
                after.creator.into(),
                after.created_at.into(),
                after.dissolved_at.into(),
                after.named_until.into(),
            ],
        )?;
        self.count_group(corp, Some(GroupLifespan::of(before)), GroupLifespan::of(after))
    }

    /// A group by its id.
    pub fn group(&mut self, corp: &CorpId, id: &ConversationId) -> Result<Option<Group>> {
        self.one(
            select_group!(" FROM chat_group WHERE corp_id = ?1 AND open_conversation_id = ?2"),
            &[corp.into(), id.into()],
            group_row,
        )
    }

    /// A group by its number.
    pub fn group_at(&mut self, corp: &CorpId, no: GroupNo) -> Result<Option<Group>> {
        self.one(
            select_group!(" FROM chat_group WHERE corp_id = ?1 AND group_no = ?2"),
            &[corp.into(), no.into()],
            group_row,
        )
    }

    /// The organisation of a group, by the id of the group.
    pub fn corp_of_group(&mut self, id: &ConversationId) -> Result<Option<CorpId>> {
        self.one("SELECT corp_id FROM chat_group WHERE open_conversation_id = ?1", &[id.into()], |row| {
            row.get(0)
        })
    }

    /// At most `limit` groups that a filter finds, after the first `offset`, by number.
    pub fn groups(
        &mut self,
        corp: &CorpId,
        filter: &GroupFilter,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<Group>> {
        let pattern = contains_pattern(&filter.title.to_lowercase());
        let mut values = filter_values(corp, filter, &pattern);
        values.extend([Value::from(offset), limit.into()]);
        self.all(
            select_group!(
                " FROM chat_group
             WHERE corp_id = ?1 AND member_count BETWEEN ?2 AND ?3 AND created_at BETWEEN ?4 AND ?5
               AND CASE WHEN active_at < created_at THEN created_at ELSE active_at END BETWEEN ?6 AND ?7 AND (?8 < 0 OR owner_no = ?8) AND (?9 < 0 OR synced_to_drive = ?9)
               AND title_folded LIKE ?10 ESCAPE '!'
             ORDER BY group_no LIMIT ?12 OFFSET ?11"
            ),
            &values,
            group_row,
        )
    }

    /// At most `limit` groups that a search finds, from a position on.
    pub fn groups_from(
        &mut self,
        corp: &CorpId,
        search: &GroupSearch,
        position: GroupPosition,
        limit: i64,
    ) -> Result<Vec<Group>> {
        let (sql, number) = match position {
            GroupPosition::OlderThan(number) => (OLDER_GROUPS, number),
            GroupPosition::NewerThan(number) => (NEWER_GROUPS, number),
        };
        let pattern = contains_pattern(&search.title.to_lowercase());
        let values = [
            corp.into(),
            number.into(),
            (&pattern).into(),
            search.with_dissolved.into(),
            search.kind.map_or(0, GroupKind::number).into(),
            search.owner.map_or(-1, |owner| i64::from(owner.0)).into(),
            limit.into(),
        ];
        self.all(sql, &values, group_row)
    }

    /// The number of groups that a filter finds.
    pub fn count_groups(&mut self, corp: &CorpId, filter: &GroupFilter) -> Result<i64> {
        let pattern = contains_pattern(&filter.title.to_lowercase());
        let count = self.one(
            "SELECT count(*) FROM chat_group
             WHERE corp_id = ?1 AND member_count BETWEEN ?2 AND ?3 AND created_at BETWEEN ?4 AND ?5
               AND CASE WHEN active_at < created_at THEN created_at ELSE active_at END BETWEEN ?6 AND ?7 AND (?8 < 0 OR owner_no = ?8) AND (?9 < 0 OR synced_to_drive = ?9)
               AND title_folded LIKE ?10 ESCAPE '!'",
            &filter_values(corp, filter, &pattern),
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// At most `limit` groups that existed on a day, after the first `offset`, by number, each with its number of members at the
    /// end of the day.
    pub fn groups_on(
        &mut self,
        corp: &CorpId,
        day: &GroupDayFilter,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<GroupOfDay>> {
        self.all(
            "SELECT open_conversation_id, title, kind, creator_no, created_at,
                    coalesce((SELECT s.members FROM group_size s
                             WHERE s.corp_id = g.corp_id AND s.group_no = g.group_no AND s.day <= ?5
                             ORDER BY s.day DESC LIMIT 1), 0)
             FROM chat_group g
             WHERE corp_id = ?1 AND created_at < ?3 AND (dissolved_at IS NULL OR dissolved_at >= ?2) AND (?4 = 0 OR kind = ?4)
             ORDER BY group_no LIMIT ?7 OFFSET ?6",
            &[
                corp.into(),
                day.begins.into(),
                day.ends.into(),
                day.kind.map_or(0, GroupKind::number).into(),
                day.day.into(),
                offset.into(),
                limit.into(),
            ],
            |row| {
                Ok(GroupOfDay {
                    id: row.get(0)?,
                    title: row.get(1)?,
                    kind: group_kind(row.get(2)?)?,
                    creator: row.get(3)?,
                    created_at: row.get(4)?,
                    members: row.get(5)?,
                })
            },
        )
    }

    /// The group of all staff or of a department, if an operation created one and it is not dissolved. Groups of facts do not
    /// follow the organisation.
    pub fn following_group(&mut self, corp: &CorpId, department: Option<DeptId>) -> Result<Option<GroupNo>> {
        let kind = if department.is_some() { GroupKind::Department } else { GroupKind::AllStaff };
        self.one(
            "SELECT group_no FROM chat_group
             WHERE corp_id = ?1 AND kind = ?2 AND (?3 < 0 OR dept_id = ?3) AND kind <= 2 AND dissolved_at IS NULL AND origin = 0",
            &[corp.into(), kind.number().into(), department.map_or(-1, |department| department.0).into()],
            |row| row.get(0),
        )
    }
}

fn filter_values<'a>(corp: &'a CorpId, filter: &GroupFilter, pattern: &'a String) -> Vec<Value<'a>> {
    vec![
        corp.into(),
        filter.members.0.into(),
        filter.members.1.into(),
        filter.created.0.into(),
        filter.created.1.into(),
        filter.active.0.into(),
        filter.active.1.into(),
        filter.owner.map_or(-1, |owner| i64::from(owner.0)).into(),
        filter.synced_to_drive.map_or(-1, i64::from).into(),
        pattern.into(),
    ]
}

fn group_kind(number: i64) -> Result<GroupKind> {
    GroupKind::parse(number).ok_or_else(|| Error::internal("unknown kind of a group"))
}

fn group_row(row: &Row<'_>) -> Result<Group> {
    let extensions: String = row.get(8)?;
    let extensions: BTreeMap<String, String> = serde_json::from_str(&extensions).map_err(Error::internal)?;
    let created_at: Timestamp = row.get(15)?;
    Ok(Group {
        no: row.get(0)?,
        id: row.get(1)?,
        origin: GroupOrigin::parse(row.get(18)?)
            .ok_or_else(|| Error::internal("unknown origin of a group"))?,
        title: row.get(2)?,
        kind: group_kind(row.get(3)?)?,
        department: row.get(4)?,
        template: GroupTemplate { id: row.get(5)?, name: row.get(6)? },
        synced_to_drive: row.get(7)?,
        extensions,
        owner: row.get(9)?,
        creator: row.get(10)?,
        member_count: row.get(11)?,
        administrator_count: row.get(12)?,
        words_banned: row.get(13)?,
        used_bytes: row.get(14)?,
        created_at,
        active_at: created_at.max(row.get(16)?),
        dissolved_at: row.get(17)?,
        named_until: row.get(19)?,
        titled_at: row.get(20)?,
    })
}
