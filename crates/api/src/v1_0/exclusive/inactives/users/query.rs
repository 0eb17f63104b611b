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
    /// The day, `yyyyMMdd`, in the organisation's time zone. Not in the future; today is counted so far.
    #[schemars(length(min = 1, max = 32), extend("pattern" = "^[0-9]{8}$"))]
    stat_date: String,
    /// The number of the page, from 1.
    #[schemars(range(min = 1))]
    page_number: i64,
    /// The most members on a page. Decided: at most 100.
    #[schemars(range(min = 1, max = 100))]
    page_size: i64,
    /// Ids of departments, each with all below it; all members when absent.
    #[schemars(length(max = 1000))]
    dept_ids: Option<Vec<String>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// A row for each member: `stat_date`, `corp_id`, and a text for each metric under its `kpiId` with `_DAY`.
    #[schemars(with = "Vec<BTreeMap<String, String>>")]
    data_list: Vec<Row>,
    /// Descriptions of the metrics of a row.
    meta_list: Vec<Meta>,
}

/// The description of a metric.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Meta {
    /// The id of the metric; with `_DAY` it is the name of the metric in a row.
    kpi_id: &'static str,
    /// The Chinese name of the metric.
    kpi_name: &'static str,
    /// The unit of the metric: empty, since none of these has one.
    unit: &'static str,
    /// How the metric is counted, in Chinese.
    kpi_caliber: &'static str,
    /// The period that the metric covers: always `DAY`.
    period: &'static str,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.inactive_users", "/v1.0/exclusive/inactives/users/query")
        .title("获取未活跃用户登录明细", "Sign-in detail of inactive people")
        .purpose(
            "查询某一天没有登录的成员，并说明他们在截至当天的 7、14、30 天内是否登录过。成员和部门以当天结束时为准；成员属于多个部门时只列出其中一个部门的名称。没有返回总数，请翻页直到返回空列表。",
            "Lists members who did not sign in on a day, and whether they did within the 7, 14 and 30 days that end with it. Members and departments are those at the end of the day; of several departments of a member one is named. There is no total: read pages until one is empty.",
        )
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
