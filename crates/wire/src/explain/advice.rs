//! What each rule means for a developer: what was wrong, and what to do next.

mod access;
mod contact;
mod event;
mod group;
mod material;
mod send;

use carillon_model::error::Rule;

use super::{Sentence, sentence};

/// What was wrong, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What was wrong.
    pub wrong: Sentence,
    /// What to do next.
    pub next: Sentence,
}

/// Defines the advice of some rules: Chinese and English, what was wrong and what to do next.
macro_rules! advice {
    ($($rule:ident: $wrong_zh:literal, $wrong_en:literal => $next_zh:literal, $next_en:literal;)*) => {
        pub(super) fn of(rule: carillon_model::error::Rule) -> Option<super::Advice> {
            match rule {
                $(carillon_model::error::Rule::$rule => Some(super::Advice {
                    wrong: super::sentence($wrong_zh, $wrong_en),
                    next: super::sentence($next_zh, $next_en),
                }),)*
                _ => None,
            }
        }
    };
}
use advice;

/// The advice of a rule. A test makes sure that each rule has one of its own.
pub fn of(rule: Rule) -> Advice {
    access::of(rule)
        .or_else(|| material::of(rule))
        .or_else(|| contact::of(rule))
        .or_else(|| send::of(rule))
        .or_else(|| event::of(rule))
        .or_else(|| group::of(rule))
        .unwrap_or_else(|| Advice {
            wrong: sentence("请求违反了一条规则。", "The request breaks a rule."),
            next: sentence(
                "请查看响应中的文字和接口文档。",
                "Read the text of the response and the page of the operation.",
            ),
        })
}

/// The advice for a field that was not accepted as it came.
pub fn of_field() -> Advice {
    Advice {
        wrong: sentence(
            "一个字段缺失，或者类型、长度、取值不符合文档。",
            "A field is missing, or its type, length or value is not as documented.",
        ),
        next: sentence(
            "请对照接口文档修改这个字段；响应中的文字写明了要求。",
            "Correct the field by the page of the operation. The text of the response names what is required.",
        ),
    }
}

/// The advice for a fault of the server.
pub fn of_fault() -> Advice {
    Advice {
        wrong: sentence("请求没有问题，是服务器出错了。", "The request is not to blame: the server failed."),
        next: sentence(
            "稍后重试；如果仍然失败，请让管理员按请求编号查看服务器日志。",
            "Try again later. If it fails again, ask the administrator to look for the request id in the server's log.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn each_rule_has_an_advice_of_its_own_in_both_languages() {
        let generic = [of_field(), of_fault()];
        let mut problems: HashMap<String, Rule> = HashMap::new();
        for rule in Rule::ALL {
            let found = [access::of, material::of, contact::of, send::of, event::of, group::of]
                .into_iter()
                .filter_map(|of| of(*rule))
                .collect::<Vec<_>>();
            assert_eq!(found.len(), 1, "{rule:?} has one advice");
            let Advice { wrong, next } = &found[0];
            assert!(!generic.iter().any(|one| one.wrong == *wrong || one.next == *next), "{rule:?}");
            for Sentence { zh, en } in [wrong, next] {
                assert!(zh.ends_with(['。', '？']) && en.ends_with('.'), "{rule:?}: {zh} {en}");
                assert!(!zh.is_ascii() && en.is_ascii(), "{rule:?}: {zh} {en}");
            }
            for text in [&wrong.zh, &wrong.en] {
                let other = problems.insert(text.to_string(), *rule);
                assert_eq!(other, None, "{rule:?} says the same: {text}");
            }
        }
        assert!(Rule::ALL.len() > 100);
    }
}
