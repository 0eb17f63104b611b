//! The texts of the queue of comments.

use carillon_store::CommentState;

use super::table;
use crate::text::Lang;

table! { CommentTexts {
    states: "状态", "State";
    new: "未处理", "New";
    done: "已处理", "Done";
    hidden: "已隐藏", "Hidden";
    all: "全部", "All";
    all_accounts: "全部服务号", "All accounts";
    article: "文章", "Article";
    author: "作者", "Author";
    content: "内容", "Text";
    answer: "回复", "Answer";
    answer_hint: "回复会显示在这条留言下面，能看到留言的读者都能看到。留空保存即删除回复。", "It appears below the comment, for all who see the comment. Save it empty to take it away.";
    save_answer: "保存回复", "Save the answer";
    mark_done: "标记为已处理", "Mark as done";
    hide: "隐藏", "Hide";
    hide_hint: "隐藏后只有作者自己能看到。", "Only its author sees a hidden one.";
    unhide: "取消隐藏", "Show again";
    delete_sure: "删除后无法恢复，作者也看不到。", "It cannot be restored, and its author loses it too.";
    delete_now: "确认删除", "Delete it";
    account_answer: "服务号回复", "Answer of the account";
    search: "内容或作者", "Text or author";
    none_found: "没有找到留言", "No comment found";
    none_found_next: "换几个字，或者换一个状态试试。", "Try other words, or another state.";
    search_on: "最近的 5,000 条里没有，可以继续往前找。", "There is none among the newest 5,000. Go on with earlier ones.";
    none_new: "没有未处理的留言", "No new comments";
    none_new_next: "新的留言会显示在这里。", "New ones appear here.";
    none_here: "没有这样的留言", "No comments here";
    none_here_next: "换一个状态或服务号试试。", "Choose another state or account.";
    comment: "留言", "Comment";
    first_page: "第一页", "First page";
} }

impl CommentTexts {
    /// The name of a state.
    pub fn state(&self, state: CommentState) -> &'static str {
        match state {
            CommentState::New => self.new,
            CommentState::Done => self.done,
            CommentState::Hidden => self.hidden,
        }
    }

    /// The limit of an answer.
    pub fn answer_too_long(&self, most: usize) -> String {
        match self.lang {
            Lang::Zh => format!("回复最多 {most} 个字。"),
            Lang::En => format!("An answer has at most {most} characters."),
        }
    }

    /// How many comments are new.
    pub fn new_count(&self, count: usize) -> String {
        match (self.lang, count) {
            (Lang::Zh, _) => format!("{count} 条未处理的留言"),
            (Lang::En, 1) => "1 new comment".to_owned(),
            (Lang::En, _) => format!("{count} new comments"),
        }
    }
}
