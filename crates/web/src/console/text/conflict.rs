//! The texts about settings that somebody else changed while a form was open.

use super::table;
use crate::text::Lang;

table! { ConflictTexts {
    heading: "有人在你打开页面之后修改了这些设置", "Somebody changed these settings since you opened the page";
    hint: "什么都没有保存。你填写的内容还在表单里：再次保存会替换对方的修改；放弃则显示现在的设置。", "Nothing was saved. What you typed is still in the form: saving again replaces the other change; dropping yours shows the settings as they are now.";
    same: "你填写的内容与现在的设置相同，不需要再保存。", "What you typed is what is stored now: nothing is left to save.";
    gone: "这些设置刚刚被删除。", "The settings were just removed.";
    hint_removed: "什么都没有停用。下面是现在的设置，确认后可以再次停用。", "Nothing was removed. Below are the settings as they are now; you can remove them still.";
    hint_logo: "标志没有变化。页面上是现在的标志，仍要更换或移除请再试一次。", "The logo stays as it is. The page shows the present one; try again to replace or remove it.";
    field: "设置项", "Setting";
    stored: "现在的设置", "Stored now";
    typed: "你填写的", "Typed by you";
    none: "（空）", "(empty)";
    yes: "是", "Yes";
    no: "否", "No";
    drop: "放弃我的修改", "Drop my changes";
} }

impl ConflictTexts {
    /// How many settings differ.
    pub fn count(&self, settings: usize) -> String {
        match self.lang {
            Lang::Zh => format!("{settings} 项不同"),
            Lang::En if settings == 1 => "1 setting differs".to_owned(),
            Lang::En => format!("{settings} settings differ"),
        }
    }

    /// A choice as a value.
    pub fn choice(&self, is_chosen: bool) -> String {
        if is_chosen { self.yes } else { self.no }.to_owned()
    }
}
