//! The fields of the payloads of events: what they are, and whether they are always there.
//!
//! Events of contacts have each field a second time, with a capital letter. The table has the first spelling.

use carillon_model::event::EventKind;
use serde_json::{Map, Value};

/// A field of a payload, at any depth.
pub(super) struct Field {
    name: &'static str,
    /// Whether all payloads that it belongs to have it.
    is_always_there: bool,
    /// The events in which this is its meaning; empty for all that have it.
    kinds: &'static [EventKind],
    text: &'static str,
}

const FIELDS: &[Field] = &[
    always("EventType", "The name of the event, such as `user_add_org`."),
    always("EventTime", "When the event happened, in ms since 1970."),
    always("CorpId", "The `corpId` of the organisation of the event."),
    always("corpId", "The `corpId` of the organisation once more, in the spelling that other programs read."),
    always("BizId", "The number of the event among those of the organisation, as text."),
    always(
        "eventId",
        "The id of the event, the same in each delivery: a receiver that knows it can skip the event.",
    ),
    always("timeStamp", "When the event happened, in ms since 1970, as text."),
    always("userId", "Userids of the members whom the event is about."),
    always("optStaffId", "The userid of the member who made the change; always empty here."),
    always("deptId", "Ids of the departments that the event is about."),
    always("scope", "Where the roles belong: always `1`, those of the organisation."),
    always("labelIdList", "Ids of the roles or role groups that the event is about.").of(&[
        EventKind::RolesAdded,
        EventKind::RoleChanged,
        EventKind::RolesRemoved,
    ]),
    always("labelIdList", "Ids of the roles that the members were given or lost.")
        .of(&[EventKind::RoleMembersChanged]),
    always("userIdList", "Userids of the members who were given the roles or lost them."),
    always("action", "What happened: `add` if the members were given the roles, `remove` if they lost them."),
    always(
        "preLabelList",
        "The role before the change: one text of a JSON object with `id`, `name`, `level` (1 for a role) and its group as `parentId`.",
    ),
    always("postLabelList", "The role after the change, in the form of `preLabelList`."),
    always(
        "diffInfo",
        "The record of the member before and after the change: an object in callbacks, a list with that object on Stream.",
    ),
    always("prev", "The record before the change; fields without a value are absent."),
    always("curr", "The record after the change; fields without a value are absent."),
    always("userid", "The userid of the member who was changed."),
    always("name", "The name of the member.").of(&[EventKind::MemberChanged]),
    sometimes(
        "email",
        "The mail address; absent if empty, and for apps without the permission `fieldEmail`.",
    ),
    sometimes("jobNumber", "The job number of the member; absent if empty."),
    sometimes(
        "workPlace",
        "The place of work; absent if empty, and for apps without the permission `fieldEmail`.",
    ),
    sometimes(
        "remark",
        "The remark on the member; absent if empty, and for apps without the permission `fieldEmail`.",
    ),
    sometimes("telephone", "The extension number of the member; absent if empty."),
    sometimes(
        "extFields",
        "Custom attributes as the text of a JSON object; absent if empty, and for apps without the permission `fieldEmail`.",
    ),
    sometimes("managerUserid", "The userid of the direct manager; absent if there is none."),
    sometimes(
        "hiredDate",
        "The date of hire, `yyyy-MM-dd` in the organisation's time zone; absent if it is not set.",
    ),
    always("toUser", "The service account, by its `unionid`."),
    always("msgType", "The kind of message: `text` or `image`."),
    always("fromUser", "The `unionid` of the member who did it."),
    always("createTime", "When the message was written, in ms since 1970.").of(&[EventKind::AccountMessage]),
    always("createTime", "When the menu item was chosen, in ms since 1970.").of(&[EventKind::AccountAction]),
    always("fromUserId", "The userid of the member who wrote."),
    always(
        "sessionWebhook",
        "The address by which the receiving app replies to the member, with `robot.send_by_session`.",
    ),
    always("msgId", "The id of the message in the conversation."),
    always("tmpPicUrl", "The address of the picture, for the receiving app alone; empty for a text."),
    always("senderNick", "The name of the member when the message was written."),
    always(
        "sessionWebhookExpiredTime",
        "From when on `sessionWebhook` and `tmpPicUrl` are refused, in ms since 1970: 90 minutes after the message by default.",
    ),
    always("content", "The text of the message; empty for a picture."),
    always("actionType", "What the member did: always `click`."),
    always("actionKey", "The key of the chosen menu item, as `serviceaccount.menu_update` set it."),
    always("icon", "The picture of the app; always empty, since apps have none."),
    always("name", "The name of the app.").of(&[EventKind::AppReleased]),
    always("operatorUnionId", "The `unionid` of the member who released the app; always empty here."),
    always("unifiedAppId", "The app that was released, by its Client ID (AppKey)."),
    always("desc", "The description of the app; always empty, since apps have none."),
];

const fn always(name: &'static str, text: &'static str) -> Field {
    Field { name, is_always_there: true, kinds: &[], text }
}

const fn sometimes(name: &'static str, text: &'static str) -> Field {
    Field { name, is_always_there: false, kinds: &[], text }
}

impl Field {
    const fn of(mut self, kinds: &'static [EventKind]) -> Self {
        self.kinds = kinds;
        self
    }

    fn matches(&self, kind: EventKind, name: &str) -> bool {
        self.name == name && (self.kinds.is_empty() || self.kinds.contains(&kind))
    }
}

/// The description of a field of an event.
pub(super) struct Description {
    pub(super) text: String,
    pub(super) is_always_there: bool,
}

/// Describes a field of an event. `siblings` are the fields of the same object, which show whether the name is a second spelling.
pub(super) fn describe(kind: EventKind, name: &str, siblings: &Map<String, Value>) -> Option<Description> {
    if let Some(field) = find(kind, name) {
        return Some(Description { text: field.text.to_owned(), is_always_there: field.is_always_there });
    }
    let first = first_spelling(name);
    let field = find(kind, &first).filter(|_| siblings.contains_key(&first))?;
    Some(Description {
        text: format!("The same value as `{first}`, in a second spelling that programs read."),
        is_always_there: field.is_always_there,
    })
}

fn find(kind: EventKind, name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.matches(kind, name))
}

/// Returns a name without the capital letter of the second spelling.
fn first_spelling(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use carillon_model::event::{AccountMessageContent, EventData, MemberFacts};

    use super::*;
    use crate::openapi::webhooks::{example, payload};

    fn visit<'a>(value: &'a Value, each: &mut impl FnMut(&'a str, &'a Map<String, Value>)) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    each(name, fields);
                    visit(value, each);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| visit(item, each)),
            _ => {}
        }
    }

    #[test]
    fn each_field_of_each_event_has_one_description() {
        let mut used = BTreeSet::new();
        for kind in EventKind::ALL {
            visit(&payload(example(kind)), &mut |name, siblings| {
                let description = describe(kind, name, siblings);
                let description = description.unwrap_or_else(|| panic!("{}: {name}", kind.as_str()));
                assert!(description.text.split_whitespace().count() >= 3, "{name}: {}", description.text);
                let matching: Vec<usize> =
                    (0..FIELDS.len()).filter(|index| FIELDS[*index].matches(kind, name)).collect();
                assert!(matching.len() <= 1, "{}: {name} is described twice", kind.as_str());
                used.extend(matching);
            });
        }
        let unused = (0..FIELDS.len()).filter(|index| !used.contains(index));
        assert_eq!(unused.map(|index| FIELDS[index].name).collect::<Vec<_>>(), Vec::<&str>::new());
    }

    #[test]
    fn a_field_that_an_event_can_lack_is_marked() {
        let mut marked = BTreeSet::new();
        let mut absent = BTreeSet::new();
        for kind in EventKind::ALL {
            let mut data = example(kind);
            match &mut data {
                EventData::MemberChanged { before, after, .. } => {
                    **before = MemberFacts::default();
                    **after = MemberFacts::default();
                }
                EventData::AccountMessage(message) => {
                    message.content = AccountMessageContent::Picture(String::new());
                }
                _ => {}
            }
            let mut there = BTreeSet::new();
            let sparse = payload(data);
            visit(&sparse, &mut |name, _| {
                there.insert(name);
            });
            let full = payload(example(kind));
            visit(&full, &mut |name, siblings| {
                if !there.contains(name) {
                    absent.insert((kind.as_str(), name.to_owned()));
                }
                if describe(kind, name, siblings).is_some_and(|description| !description.is_always_there) {
                    marked.insert((kind.as_str(), name.to_owned()));
                }
            });
        }
        assert_eq!(marked, absent);
    }
}
