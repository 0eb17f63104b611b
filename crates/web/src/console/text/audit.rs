//! The words of the audit trail in both languages: kinds of objects, fields, and what is done elsewhere than by an operation. Operations
//! have titles of their own.

use carillon_store::MAX_ACTIONS;

use super::table;
use crate::text::Lang;

mod actions;
mod fields;

table! { AuditTexts {
    search: "操作", "Operation";
    search_hint: "文字或代码", "Words or code";
    any_object: "全部", "All";
    object_id: "对象 ID", "Object ID";
    code: "代码", "Code";
    object_code: "对象类型代码", "Code of the object type";
    is_changed: "已修改", "changed";
    newest: "最新", "Newest";
} }

/// A code with its words in Chinese and English.
type Word = (&'static str, &'static str, &'static str);

/// The kinds of objects.
const OBJECTS: &[Word] = &[
    ("app", "应用", "App"),
    ("article", "文章", "Article"),
    ("auto_replies", "自动回复", "Automatic replies"),
    ("card", "卡片", "Card"),
    ("comment", "留言", "Comment"),
    ("conversation", "会话", "Conversation"),
    ("corp", "组织", "Organisation"),
    ("department", "部门", "Department"),
    ("facts", "事实数据", "Facts"),
    ("group", "群", "Group"),
    ("group_message", "群消息", "Message in a group"),
    ("media", "文件", "File"),
    ("member", "成员", "Member"),
    ("member_import", "成员导入", "Import of members"),
    ("menu", "菜单", "Menu"),
    ("operator", "运营人员", "Operator"),
    ("role", "角色", "Role"),
    ("role_group", "角色组", "Group of roles"),
    ("saved_answer", "常用回复", "Saved answer"),
    ("send", "群发", "Send"),
    ("send_draft", "群发草稿", "Draft of a send"),
    ("service_account", "服务号", "Service account"),
    ("subscription", "事件订阅", "Subscription to events"),
    ("trial", "接口调试", "Tried call"),
];

impl AuditTexts {
    fn word(&self, words: &'static [Word], code: &str) -> Option<&'static str> {
        let (_, zh, en) = words.iter().find(|(name, ..)| *name == code)?;
        Some(match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        })
    }

    /// What to do about words that very many operations have.
    pub fn too_many(&self) -> String {
        match self.lang {
            Lang::Zh => format!("符合的操作超过 {MAX_ACTIONS} 种，请写得更具体。"),
            Lang::En => format!("More than {MAX_ACTIONS} operations match. Be more specific."),
        }
    }

    /// The kind of an object in words. `None` for a kind of another version of the server.
    pub fn object(&self, code: &str) -> Option<&'static str> {
        self.word(OBJECTS, code)
    }

    /// All kinds of objects with their words.
    pub fn objects(&self) -> Vec<(&'static str, &'static str)> {
        let words = OBJECTS.iter().filter_map(|(code, ..)| Some((*code, self.object(code)?)));
        words.collect()
    }

    /// A field in words. `None` for one of another version of the server.
    pub fn field(&self, code: &str) -> Option<&'static str> {
        self.word(fields::FIELDS, code)
    }

    /// What was done in words, if that is not an operation.
    pub fn action(&self, code: &str) -> Option<&'static str> {
        self.word(actions::ACTIONS, code)
    }
}

/// The codes of what is done elsewhere than by an operation that contain a text in lower case, or whose words do.
pub fn actions_named(text: &str) -> impl Iterator<Item = &'static str> {
    let is_named = move |words: &str| words.to_lowercase().contains(text);
    let found = actions::ACTIONS
        .iter()
        .filter(move |(code, zh, en)| [code, zh, en].into_iter().any(|words| is_named(words)));
    found.map(|(code, ..)| *code)
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
    };

    use super::*;

    /// The source files of a crate.
    fn sources(name: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders: Vec<PathBuf> =
            vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|kind| kind == "rs") {
                    found.push(fs::read_to_string(path).unwrap());
                }
            }
        }
        found
    }

    /// The texts in quotes that come behind a prefix and blanks.
    fn quoted<'s>(source: &'s str, prefix: &str) -> impl Iterator<Item = &'s str> {
        source.split(prefix).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
    }

    #[test]
    fn each_action_of_the_console_has_words() {
        let mut missing = BTreeSet::new();
        for source in sources("web") {
            for part in source.split("\"console.").skip(1) {
                let code = format!("console.{}", part.split('"').next().unwrap_or_default());
                let is_code =
                    code.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'_'));
                if is_code && !code.ends_with('.') && AuditTexts::of(Lang::Zh).action(&code).is_none() {
                    missing.insert(code);
                }
            }
        }
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn each_field_has_words() {
        let mut missing = BTreeSet::new();
        for source in ["domain", "api"].into_iter().flat_map(sources) {
            if !source.contains("Change::") && !source.contains("Change}") && !source.contains("Change,") {
                continue;
            }
            for prefix in [".with(", ".between(", ".hidden(", ".replaced("] {
                for field in quoted(&source, prefix) {
                    if AuditTexts::of(Lang::En).field(field).is_none() {
                        missing.insert(field.to_owned());
                    }
                }
            }
        }
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn each_object_has_words() {
        let source =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/src/audit.rs")).unwrap();
        let names =
            source.split("pub fn as_str").nth(1).unwrap().split("/// Values by field").next().unwrap();
        let missing: Vec<&str> =
            quoted(names, "=>").filter(|name| AuditTexts::of(Lang::En).object(name).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert_eq!(quoted(names, "=>").count(), OBJECTS.len(), "no object is gone");
    }

    #[test]
    fn codes_are_in_order_and_there_once() {
        for words in [OBJECTS, actions::ACTIONS, fields::FIELDS] {
            for pair in words.windows(2) {
                assert!(pair[0].0 < pair[1].0, "{} comes before {}", pair[0].0, pair[1].0);
            }
        }
    }
}
