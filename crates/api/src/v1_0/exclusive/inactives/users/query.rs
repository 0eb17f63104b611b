//! `statistics.inactive_users`: members who did not sign in on a day, and whether they did before.

use std::{collections::BTreeMap, sync::Arc};

use carillon_domain::{
    page::Page,
    stats::{
        read::requested_day,
        sign_ins::{self, Inactive},
    },
};
use carillon_model::{
    app::statistic_permission::DATA_PRODUCT,
    error::{Error, Result},
    id::{CorpId, DeptId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;

const MISSING_DAY: Code = Code::both(40035, "statDate请求参数为空", "statDate.is.null", 500);
const BAD_DAY: Code = Code::both(40035, "statDate格式错误", "statDate.format.iserror", 500);
/// The only period.
const PERIOD: &str = "DAY";
/// The metrics by their numbers, with their fields in a row, their names and how they are counted.
const METRICS: [(&str, &str, &str, &str); 8] = [
    ("14001", "14001_DAY", "未活跃员工工号", "统计日未登录的员工的工号"),
    ("14002", "14002_DAY", "未活跃员工姓名", "统计日未登录的员工的姓名"),
    ("14003", "14003_DAY", "未活跃员工部门名称", "统计日未登录的员工所在部门的名称"),
    ("14004", "14004_DAY", "未活跃员工用户ID", "统计日未登录的员工的userid"),
    ("14005", "14005_DAY", "最近1天是否登录", "统计日是否登录过，Y或N"),
    ("14006", "14006_DAY", "最近7天是否登录", "截至统计日的7天内是否登录过，Y或N"),
    ("14007", "14007_DAY", "最近14天是否登录", "截至统计日的14天内是否登录过，Y或N"),
    ("14008", "14008_DAY", "最近30天是否登录", "截至统计日的30天内是否登录过，Y或N"),
];

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The day, yyyyMMdd. Not in the future; today is counted so far.
    #[schemars(length(min = 1, max = 32), extend("pattern" = "^[0-9]{8}$"))]
    stat_date: String,
    /// The number of the page, from 1.
    #[schemars(range(min = 1))]
    page_number: i64,
    /// Members on a page. Decided: at most 100.
    #[schemars(range(min = 1, max = 100))]
    page_size: i64,
    /// Departments with all below them; all members when absent.
    #[schemars(length(max = 1000))]
    dept_ids: Option<Vec<String>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// A row for each member: `stat_date`, `corp_id` and a text for each metric by its number and period.
    #[schemars(with = "Vec<BTreeMap<String, String>>")]
    data_list: Vec<Row>,
    /// Descriptions of the metrics.
    meta_list: Vec<Meta>,
}

/// The description of a metric.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Meta {
    /// Its number.
    kpi_id: &'static str,
    /// Its name.
    kpi_name: &'static str,
    /// Its unit; none of these has one.
    unit: &'static str,
    /// How it is counted.
    kpi_caliber: &'static str,
    /// Its period.
    period: &'static str,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.inactive_users", "/v1.0/exclusive/inactives/users/query")
        .title("获取未活跃用户登录明细", "Sign-in detail of inactive people")
        .permission(DATA_PRODUCT)
        .bad_field("statDate", BAD_DAY)
        .missing("statDate", MISSING_DAY)
        .example(
            json!({ "statDate": "20251009", "pageNumber": 1, "pageSize": 20, "deptIds": ["101", "102"] }),
        )
        .reads()
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let day = requested_day(tx, &call.env, call.corp(), "statDate", &request.stat_date)?;
    let departments = departments(request.dept_ids.unwrap_or_default())?;
    let page = Page { start: request.page_number, size: request.page_size };
    let found = sign_ins::inactive(tx, call.corp(), day, &departments, page)?;
    let meta =
        |(kpi_id, _, kpi_name, kpi_caliber)| Meta { kpi_id, kpi_name, unit: "", kpi_caliber, period: PERIOD };
    let (stat_date, corp): (Arc<str>, _) = (day.to_string().into(), call.corp());
    let row = |inactive| Row { stat_date: Arc::clone(&stat_date), corp_id: corp.clone(), inactive };
    Ok(Response {
        data_list: found.items.into_iter().map(row).collect(),
        meta_list: METRICS.into_iter().map(meta).collect(),
    })
}

fn departments(texts: Vec<String>) -> Result<Vec<DeptId>> {
    let parse = |(index, text): (usize, String)| {
        let bad = |_| Error::invalid(format!("deptIds[{index}]"), "must be a department's id");
        text.trim().parse().map(DeptId).map_err(bad)
    };
    texts.into_iter().enumerate().map(parse).collect()
}

/// The row of a member.
struct Row {
    stat_date: Arc<str>,
    corp_id: CorpId,
    inactive: Inactive,
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { stat_date, corp_id, inactive: Inactive { member, department, signed_in } } = self;
        let flag = |index: usize| if signed_in[index] { "Y" } else { "N" };
        let values = [
            &*member.job_number,
            &*member.name,
            &**department,
            &*member.userid,
            flag(0),
            flag(1),
            flag(2),
            flag(3),
        ];
        let metrics = METRICS.iter().zip(values).map(|((_, field, ..), value)| (*field, value));
        serializer.collect_map(metrics.chain([("corp_id", corp_id.as_str()), ("stat_date", &**stat_date)]))
    }
}
