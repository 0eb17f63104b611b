//! What the pages show, as plain structs. The routes fill them; [`crate::page`] renders them.

mod article;
mod conversation;
mod member;
mod message;
mod notice;
mod page;
mod search;
mod sign_in;

pub use article::{Article, Comment, CommentError, Comments, Forwarding};
pub use conversation::{
    Composer, Conversation, ConversationList, ConversationRow, Item, MenuAction, MenuButton, MenuItem,
    Profile, Recalled, Unsent,
};
pub use member::{AccountAction, ChangePassword, ChoosePassword, Me, MemberSession, PasswordError};
pub use message::{ButtonLayout, CardArticle, CardButton, DingChannel, FeedLink, Message, MessageBody};
pub use notice::{Notice, NoticeKind, PermissionNeeded};
pub use page::{Account, ColorScheme, Desk, Logo, Organisation, Page, Zone};
pub use search::{Hit, Search};
pub use sign_in::{
    ChoiceError, DemoMember, OrganisationChoice, OtherOrganisation, SignIn, SignInError, SignInProvider,
    SignedOut,
};
