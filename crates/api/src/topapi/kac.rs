//! `/topapi/kac`: statistics of days.

pub mod asked;
pub mod datav;
mod meeting;
pub mod shown;
pub mod v2;

use carillon_wire::Operation;

/// All of them.
pub fn operations() -> Vec<Operation> {
    vec![
        datav::videolive::detail::list::operation(),
        datav::videolive::viewer::list::operation(),
        datav::dept::videolive::list::operation(),
        datav::videolive::get::operation(),
        v2::datav::videoconf::get::operation(),
        datav::videoconf::get::operation(),
        datav::dept::videoconf::list::operation(),
        datav::videoconf::detail::list::operation(),
        datav::dept::telconf::list::operation(),
        datav::telconf::detail::list::operation(),
        datav::telconf::get::operation(),
        datav::group::get::operation(),
        datav::chat::summary::get::operation(),
        datav::dept::chat::summary::list::operation(),
        datav::microapp::detail::list::operation(),
        datav::dau::summary::get::operation(),
        datav::dept::dau::list::operation(),
        datav::inactivated::user::list::operation(),
        datav::ding::get::operation(),
        datav::dept::ding::list::operation(),
    ]
}
