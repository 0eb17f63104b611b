//! What is wrong with a field of a request.

use std::fmt::Display;

/// An invalid field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Its path on the wire, such as `msg_body.action_card.button_list[1].title`.
    pub field: String,
    /// The problem.
    pub problem: Problem,
}

/// A problem of a field. Its text follows the name of the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Required and absent.
    #[error("is missing")]
    Missing,
    /// Of another type.
    #[error("must be {0}")]
    NotA(&'static str),
    /// A text with too many characters.
    #[error("must have at most {0} characters")]
    TooLong(u64),
    /// A text with too few characters.
    #[error("must have at least {0} characters")]
    TooShort(u64),
    /// A number below the smallest.
    #[error("must be at least {0}")]
    TooSmall(i64),
    /// A number above the largest.
    #[error("must be at most {0}")]
    TooLarge(i64),
    /// A list with too many items.
    #[error("must have at most {0} items")]
    TooMany(u64),
    /// A list with too few items.
    #[error("must have at least {0} items")]
    TooFew(u64),
    /// Not one of the documented values.
    #[error("must be one of {0}")]
    NotOneOf(String),
    /// An unknown field.
    #[error("is not known here{0}")]
    Unknown(String),
    /// Of the right type, and still invalid.
    #[error("cannot be read: {0}")]
    Unreadable(String),
}

impl FieldError {
    /// Returns a problem of a value without its path. The callers add the path, so that it is only built for an error.
    pub(super) fn here(problem: Problem) -> Self {
        Self { field: String::new(), problem }
    }

    /// Prepends a step to the path: the name of a field or an index.
    pub(super) fn inside(self, step: impl Display) -> Self {
        let separator = if self.field.is_empty() || self.field.starts_with('[') { "" } else { "." };
        Self { field: format!("{step}{separator}{}", self.field), problem: self.problem }
    }
}
