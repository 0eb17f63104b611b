//! The texts of the pages of imports of members.

use carillon_domain::contact::import::{
    Column, READY_HOURS, REPORT_DAYS,
    upload::{MAX_FILE_BYTES, MAX_LINES, UploadError},
};
use carillon_model::member_import::{ImportStatus, LineOutcome};

use super::{number, table};
use crate::text::Lang;

table! { ImportTexts {
    title: "导入成员", "Import members";
    file: "文件", "File";
    upload: "上传并检查", "Upload and check";
    status_heading: "状态", "Status";
    lines_heading: "行数", "Lines";
    uploaded_by: "上传者", "Uploaded by";
    uploaded_at: "上传时间", "Uploaded";
    line_heading: "行号", "Line";
    column_heading: "列", "Column";
    no_file: "请选择文件。", "Choose a file.";
    template: "下载模板（CSV）", "Download a template (CSV)";
    columns: "可用的列", "Columns";
    columns_lead: "第一行为列名，顺序不限，也可以使用英文列名。只有“成员 ID”是必需的：已有的成员 ID 会修改该成员，其他的会新增成员。没有的列保持不变；空单元格会清空该项（姓名、手机号、所属部门和初始密码除外）。", "The first line has the names of the columns, in any order. Only the user ID is required: a known one changes that member, any other adds a member. Columns that are absent stay as they are. An empty cell clears its field, except name, mobile number, departments and first password.";
    earlier: "导入记录", "Imports";
    none: "还没有导入过成员", "Nothing was imported yet";
    none_next: "先下载模板，填写后在上方上传。上传后只做检查，确认之后才会写入。", "Download the template, fill it in and upload it above. An upload is only checked: nothing changes before you confirm.";
    running: "上一次导入还没有结束。请先完成或取消它，再上传新的文件。", "An earlier import has not ended. Finish or cancel it before you upload another file.";
    open: "查看", "Open";
    unnamed: "（未命名）", "(no name)";
    by_command_line: "命令行", "the command line";
    will_add: "将新增", "To add";
    will_change: "将修改", "To change";
    unchanged: "保持不变", "Unchanged";
    with_problems: "有问题", "With problems";
    added: "已新增", "Added";
    changed: "已修改", "Changed";
    departments_new: "将新建的部门", "Departments to create";
    departments_made: "新建的部门", "Created departments";
    apply: "开始导入", "Import";
    apply_now: "确认导入", "Import now";
    cancel: "取消导入", "Cancel the import";
    cancel_now: "确认取消", "Cancel it now";
    discard_sure: "取消后，上传的内容会被删除，不会修改任何成员。", "The uploaded list is removed. No member changes.";
    cancel_sure: "已经导入的行会保留，其余的行不再导入。", "Lines that were imported stay. The others are not imported.";
    reload: "刷新", "Reload";
    leave: "可以离开此页面，处理会在后台继续；服务器重启后也会接着进行。", "You may leave this page: the work goes on in the background, also after a restart of the server.";
    lists: "各行的结果", "Lines by outcome";
    colon: "：", ": ";
    changes: "修改", "Changes";
    problems_file: "下载有问题的行（CSV，含原因，不含密码）", "Download the lines with problems (CSV with reasons, without passwords)";
    nothing_here: "没有这样的行。", "No such lines.";
    all_refused: "没有可以导入的行。请修改文件后重新上传。", "No line can be imported. Correct the file and upload it again.";
    not_applied: "没有导入任何内容。", "Nothing was imported.";
    wrong_status: "导入的状态已经变化，请查看最新状态。", "The import is in another status by now.";
} }

impl ImportTexts {
    /// What may be uploaded.
    pub fn lead(&self) -> String {
        let (megabytes, lines) = (MAX_FILE_BYTES >> 20, number(MAX_LINES));
        match self.lang {
            Lang::Zh => format!(
                "支持 CSV（UTF-8、GBK、UTF-16）和 XLSX 工作簿的第一个工作表，不超过 {megabytes} MB、{lines} 行。"
            ),
            Lang::En => format!(
                "CSV in UTF-8, GBK or UTF-16, or the first sheet of an XLSX workbook: at most {megabytes} MB and {lines} lines."
            ),
        }
    }

    /// How long lists and reports are stored.
    pub fn stored_for(&self) -> String {
        match self.lang {
            Lang::Zh => format!("检查完的文件保留 {READY_HOURS} 小时，导入报告保留 {REPORT_DAYS} 天。"),
            Lang::En => {
                format!("A checked list is stored for {READY_HOURS} hours, a report for {REPORT_DAYS} days.")
            }
        }
    }

    /// The name of a status.
    pub fn status(&self, status: ImportStatus) -> &'static str {
        let (zh, en) = match status {
            ImportStatus::Receiving => ("正在上传", "Uploading"),
            ImportStatus::Checking => ("正在检查", "Being checked"),
            ImportStatus::Ready => ("等待确认", "Needs confirmation"),
            ImportStatus::Applying => ("正在导入", "Being imported"),
            ImportStatus::Done => ("已完成", "Done"),
            ImportStatus::Cancelled => ("已取消", "Cancelled"),
            ImportStatus::Stopped => ("已停止：操作者失去了权限", "Stopped: its operator lost the role"),
        };
        self.pick(zh, en)
    }

    fn pick(&self, zh: &'static str, en: &'static str) -> &'static str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// The heading of a column.
    pub fn heading(&self, column: Column) -> &'static str {
        let (zh, en) = column.headings();
        self.pick(zh, en)
    }

    /// What the cells of a column have.
    pub fn explanation(&self, column: Column) -> &'static str {
        let zh = match column {
            Column::UserId => "1 至 64 个字符，必需",
            Column::Name => "不超过 80 个字符，新成员必填",
            Column::Mobile => "不可重复，新成员必填；境外号码写成 +区号-号码",
            Column::HideMobile => "是或否",
            Column::Departments => "部门路径或部门 ID，多个用分号隔开，如 研发部/平台组；没有的部门会新建",
            Column::Leads => "成员主管的部门，写法同上",
            Column::Roles => "角色名称，多个用分号隔开；重名时写成“组/角色”",
            Column::Manager => "直属主管的成员 ID，可以在后面的行",
            Column::JobNumber => "不超过 50 个字符，不可重复",
            Column::Title => "不超过 200 个字符",
            Column::Email => "不超过 50 个字符，不可重复",
            Column::OrgEmail => "不超过 100 个字符",
            Column::Telephone => "不超过 50 个字符，不可重复",
            Column::WorkPlace => "不超过 100 个字符",
            Column::Remark => "不超过 2,000 个字符",
            Column::HiredDate => "yyyy-mm-dd",
            Column::SeniorMode => "是或否",
            Column::InitPassword => {
                "8 至 128 个字符，不能只有字母或只有数字；留空则不变。运营人员的密码只有所有者可以设置"
            }
        };
        match self.lang {
            Lang::Zh => zh,
            Lang::En => column.description().1,
        }
    }

    /// Why a file cannot be read.
    pub fn upload_problem(&self, error: &UploadError) -> String {
        if self.lang == Lang::En {
            return format!("The file {error}.");
        }
        match error {
            UploadError::TooLarge => format!("文件不能超过 {} MB。", MAX_FILE_BYTES >> 20),
            UploadError::OldWorkbook => {
                "这是旧格式的工作簿，或设有密码。请另存为 .xlsx 或 UTF-8 编码的 CSV。".to_owned()
            }
            UploadError::Workbook(_) => {
                "无法读取这个工作簿：文件已损坏，或内容过大。请另存为 UTF-8 编码的 CSV。".to_owned()
            }
            UploadError::Text(_) => "无法读取这个文件。请另存为 .xlsx 或 UTF-8 编码的 CSV。".to_owned(),
            UploadError::TooManyLines => format!("不能超过 {} 行，请分成几个文件。", number(MAX_LINES)),
            UploadError::NoLines => "除列名外没有内容。".to_owned(),
            UploadError::UnknownColumn(name) => format!("第一行的“{name}”不是可用的列名。"),
            UploadError::RepeatedColumn(column) => format!("第一行的“{}”重复。", column.headings().0),
            UploadError::NoUserId => "第一行没有“成员 ID”列。".to_owned(),
            UploadError::Busy => "服务器正在读取另一个文件，请稍后再试。".to_owned(),
        }
    }

    /// How many lines there are, and who uploaded them.
    pub fn origin(&self, lines: i64, format: &str, by: &str, time: &str) -> String {
        match self.lang {
            Lang::Zh => format!("共 {} 行（{format}），由 {by} 于 {time} 上传", number(lines)),
            Lang::En => {
                let noun = plural(lines, "line", "lines");
                format!("{} {noun} ({format}), uploaded by {by}, {time}", number(lines))
            }
        }
    }

    /// The share of the work that is done.
    pub fn done_percent(&self, percent: &i64) -> String {
        match self.lang {
            Lang::Zh => format!("已完成 {percent}%"),
            Lang::En => format!("{percent}% done"),
        }
    }

    /// What applying does, before it is confirmed.
    pub fn apply_sure(&self, added: i64, changed: i64, refused: i64) -> String {
        match (self.lang, refused) {
            (Lang::Zh, 0) => format!("将新增 {added} 人，修改 {changed} 人。"),
            (Lang::Zh, _) => {
                format!("将新增 {added} 人，修改 {changed} 人；{refused} 行有问题，不会导入。")
            }
            (Lang::En, 0) => format!("This adds {added} and changes {changed}."),
            (Lang::En, _) => {
                let lines = plural(refused, "line has a problem and is", "lines have problems and are");
                format!("This adds {added} and changes {changed}. {refused} {lines} left out.")
            }
        }
    }

    /// The number of lines that were not imported when an import ended early.
    pub fn left_out(&self, lines: i64) -> String {
        match self.lang {
            Lang::Zh => format!("还有 {lines} 行没有导入。"),
            Lang::En => format!("{lines} {} not imported.", plural(lines, "line was", "lines were")),
        }
    }

    /// The number of a line.
    pub fn line_number(&self, line: i64) -> String {
        match self.lang {
            Lang::Zh => format!("第 {line} 行"),
            Lang::En => format!("line {line}"),
        }
    }

    /// The departments that are not named.
    pub fn more_departments(&self, count: i64) -> String {
        match self.lang {
            Lang::Zh => format!("另有 {count} 个"),
            Lang::En => format!("and {count} more"),
        }
    }

    /// The name of a list of lines.
    pub fn outcome(&self, outcome: Option<LineOutcome>, has_ended: bool) -> &'static str {
        match outcome {
            Some(LineOutcome::Added) if has_ended => self.added,
            Some(LineOutcome::Added) => self.will_add,
            Some(LineOutcome::Changed) if has_ended => self.changed,
            Some(LineOutcome::Changed) => self.will_change,
            Some(LineOutcome::Unchanged) => self.unchanged,
            Some(LineOutcome::Refused) | None => self.with_problems,
        }
    }

    /// The counts in the list of imports.
    pub fn summary(&self, added: i64, changed: i64, problems: i64) -> String {
        match self.lang {
            Lang::Zh => format!("新增 {added}，修改 {changed}，有问题 {problems}"),
            Lang::En => format!("{added} added, {changed} changed, {problems} with problems"),
        }
    }
}

fn plural(count: i64, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}
