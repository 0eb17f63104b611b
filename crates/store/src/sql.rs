//! Parameters and columns: conversions between SQL and Rust values, and statements that are made from column names.

use carillon_model::{
    audience::Audience,
    day::Day,
    error::{Error, Result},
    event::Channel,
    id::{
        AccountId, AppKey, ArticleId, CardId, CommentId, ConversationId, CorpId, DeptId, EventId, EventSeq,
        GroupNo, MediaId, MemberImportId, MemberNo, MessageId, RoleGroupId, RoleId, SavedAnswerId,
        SendDraftId, SendSeq, TaskId, UserId,
    },
    time::Timestamp,
};
use jiff::civil::Date;
use rusqlite::types::{ToSqlOutput, ValueRef};

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// NULL.
    Null,
    /// A whole number; booleans are 0 and 1.
    Integer(i64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Self::Integer(flag.into())
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(time: Timestamp) -> Self {
        Self::Integer(time.0)
    }
}

impl From<Day> for Value<'_> {
    fn from(day: Day) -> Self {
        Self::Integer(day.0.into())
    }
}

impl From<MemberNo> for Value<'_> {
    fn from(member: MemberNo) -> Self {
        Self::Integer(member.0.into())
    }
}

impl From<Channel> for Value<'_> {
    fn from(channel: Channel) -> Self {
        Self::Text(channel.topic())
    }
}

impl<'a, T> From<Option<T>> for Value<'a>
where
    Value<'a>: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! id_values {
    (text: $($text:ident),*; number: $($number:ident),*) => {
        $(
            impl<'a> From<&'a $text> for Value<'a> {
                fn from(id: &'a $text) -> Self {
                    Self::Text(&id.0)
                }
            }

            impl Column for $text {
                fn read(value: ValueRef<'_>) -> Option<Self> {
                    value.as_str().ok().map(Self::from)
                }
            }
        )*
        $(
            impl From<$number> for Value<'_> {
                fn from(id: $number) -> Self {
                    Self::Integer(id.0)
                }
            }

            impl Column for $number {
                fn read(value: ValueRef<'_>) -> Option<Self> {
                    value.as_i64().ok().map($number)
                }
            }
        )*
    };
}

id_values! {
    text: AccountId, AppKey, CardId, ConversationId, CorpId, EventId, MediaId, MessageId, TaskId, UserId;
    number: ArticleId, CommentId, DeptId, EventSeq, GroupNo, MemberImportId, RoleGroupId, RoleId, SavedAnswerId, SendDraftId, SendSeq
}

impl Column for Timestamp {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        value.as_i64().ok().map(Timestamp)
    }
}

/// A value that a column can hold.
pub trait Column: Sized {
    /// The value, or `None` when the column holds something else.
    fn read(value: ValueRef<'_>) -> Option<Self>;
}

impl Column for Channel {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        value.as_str().ok().and_then(Self::parse)
    }
}

impl Column for i64 {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        value.as_i64().ok()
    }
}

impl Column for u32 {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        value.as_i64().ok().and_then(|number| u32::try_from(number).ok())
    }
}

impl Column for Date {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        value.as_str().ok().and_then(|text| text.parse().ok())
    }
}

impl Column for bool {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        value.as_i64().ok().map(|number| number != 0)
    }
}

impl Column for String {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        value.as_str().ok().map(str::to_owned)
    }
}

impl Column for Vec<u8> {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        value.as_blob().ok().map(<[u8]>::to_vec)
    }
}

impl<const BYTES: usize> Column for [u8; BYTES] {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        value.as_blob().ok()?.try_into().ok()
    }
}

impl Column for MemberNo {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        value.as_i64().ok().and_then(|number| u32::try_from(number).ok()).map(MemberNo)
    }
}

impl Column for Day {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        value.as_i64().ok().and_then(|number| i32::try_from(number).ok()).map(Day)
    }
}

impl Column for Audience {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        value.as_blob().ok().and_then(|bytes| Audience::from_bytes(bytes).ok())
    }
}

impl<T: Column> Column for Option<T> {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Null => Some(None),
            value => T::read(value).map(Some),
        }
    }
}

/// A row of a result.
pub struct Row<'r>(pub(crate) &'r rusqlite::Row<'r>);

impl Row<'_> {
    /// The column at an index, from 0. A column of another type is an internal error.
    pub fn get<T: Column>(&self, index: usize) -> Result<T> {
        let value = self.0.get_ref(index).map_err(Error::internal)?;
        T::read(value)
            .ok_or_else(|| Error::internal(format!("column {index} is not a {}", std::any::type_name::<T>())))
    }
}

/// An `INSERT` of one row. The parameters are the columns in their order.
pub(crate) fn insert_sql(table: &str, columns: &[&str]) -> String {
    let parameters: Vec<String> = (1..=columns.len()).map(|number| format!("?{number}")).collect();
    format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), parameters.join(", "))
}

/// An `UPDATE` of the row that the first `keys` columns find. The parameters are the columns in their order.
pub(crate) fn update_sql(table: &str, columns: &[&str], keys: usize) -> String {
    let assignments: Vec<String> =
        columns.iter().zip(1..).map(|(column, number)| format!("{column} = ?{number}")).collect();
    let (key, set) = assignments.split_at(keys.min(assignments.len()));
    format!("UPDATE {table} SET {} WHERE {}", set.join(", "), key.join(" AND "))
}

/// The pattern of texts that contain a part, for `LIKE … ESCAPE '!'`.
pub(crate) fn contains_pattern(part: &str) -> String {
    let mut pattern = String::from("%");
    for character in part.chars() {
        if matches!(character, '!' | '%' | '_') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_escape_wildcards() {
        assert_eq!(contains_pattern("a_b%!"), "%a!_b!%!!%");
        assert_eq!(contains_pattern(""), "%%");
    }

    #[test]
    fn statements_number_their_parameters_by_column() {
        assert_eq!(insert_sql("t", &["a", "b", "c"]), "INSERT INTO t (a, b, c) VALUES (?1, ?2, ?3)");
        assert_eq!(update_sql("t", &["a", "b", "c"], 2), "UPDATE t SET c = ?3 WHERE a = ?1 AND b = ?2");
    }
}
