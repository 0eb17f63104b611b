//! Services about members and employees.

use carillon_model::{
    app::statistic_permission,
    fact::{EmployeeType, EmploymentStatus},
    statistic::Metric,
};

use super::{
    super::kpi::Source::{
        Activated, ActivatedShare, CircleAuthors, Cumulative, EmployedAs, EmployeesWho, IncompleteEmployees,
        Members, ShareOfMembers, Users, Value,
    },
    Service, kpi,
};

/// The services.
pub const SERVICES: &[Service] = &[
    Service {
        id: "statistics.dc_circle",
        path: "/v1.0/datacenter/circleData",
        title_zh: "获取企业全员圈统计数据",
        title_en: "All-staff circle statistics",
        permission: statistic_permission::CIRCLE,
        kpis: &[
            kpi("4017", "圈子评论数", "circle comments", "条", Value(Metric::CircleComments)),
            kpi("4018", "圈子评论用户数", "circle commenters", "人", Users(Metric::CircleComments)),
            kpi("4019", "圈子点赞数", "circle likes", "个", Value(Metric::CircleLikes)),
            kpi("4020", "圈子点赞用户数", "people who liked", "人", Users(Metric::CircleLikes)),
            kpi("4021", "圈子发送动态数", "circle posts", "条", Value(Metric::CirclePosts)),
            kpi("4022", "圈子累计动态数", "circle posts to date", "条", Cumulative(Metric::CirclePosts)),
            kpi("4023", "圈子发送动态用户数", "circle authors", "人", Users(Metric::CirclePosts)),
            kpi("4024", "圈子累计发送动态用户数", "circle authors to date", "人", CircleAuthors),
        ],
    },
    Service {
        id: "statistics.dc_online_user",
        path: "/v1.0/datacenter/onlineUserData",
        title_zh: "获取企业用户在线统计数据",
        title_en: "People online",
        permission: statistic_permission::CONTACT,
        kpis: &[
            kpi("19001", "登录用户数", "people signed in", "", Users(Metric::Logins)),
            kpi("4001", "通讯录人数", "people in the contact list", "人", Members),
            kpi("4002", "登录在线人数", "people online", "人", Users(Metric::Logins)),
            kpi("4003", "组织在线率", "online rate", "", ShareOfMembers(Metric::Logins)),
            kpi("4004", "聊天用户数", "chatting users", "人", Users(Metric::Messages)),
            kpi("4005", "PC登录在线用户数", "people online on PC", "人", Users(Metric::DesktopLogins)),
            kpi("4006", "APP登录在线用户数", "people online on mobile", "人", Users(Metric::MobileLogins)),
        ],
    },
    Service {
        id: "statistics.dc_health",
        path: "/v1.0/datacenter/healtheUserData",
        title_zh: "获取企业钉钉运动统计数据",
        title_en: "Step statistics",
        permission: statistic_permission::SPORT,
        kpis: &[
            kpi("4082", "参与运动人数", "people with steps", "人", Users(Metric::Steps)),
            kpi("4083", "超过5000步人数", "people over 5000 steps", "人", Users(Metric::StepsOver5000)),
        ],
    },
    Service {
        id: "statistics.dc_employee_type",
        path: "/v1.0/datacenter/employeeTypeData",
        title_zh: "获取企业员工类型统计数据",
        title_en: "Employee types",
        permission: statistic_permission::EMPLOYEE,
        kpis: &[
            kpi("4009", "全职人数", "full-time people", "人", EmployedAs(EmployeeType::FullTime)),
            kpi("4010", "资料不完整人数", "people with incomplete records", "人", IncompleteEmployees),
            kpi("4011", "正式员工", "permanent staff", "人", EmployeesWho(EmploymentStatus::Permanent)),
            kpi("4012", "试用员工", "staff on probation", "人", EmployeesWho(EmploymentStatus::Probation)),
            kpi("4013", "兼职员工", "part-time staff", "人", EmployedAs(EmployeeType::PartTime)),
            kpi("4014", "劳务外包员工", "outsourced staff", "人", EmployedAs(EmployeeType::Outsourced)),
            kpi("4015", "待离职员工", "staff about to leave", "人", EmployeesWho(EmploymentStatus::Leaving)),
            kpi("4016", "实习员工", "interns", "人", EmployedAs(EmployeeType::Intern)),
            kpi("4130", "劳务派遣人数", "dispatched staff", "人", EmployedAs(EmployeeType::Dispatched)),
            kpi("4131", "退休返聘人数", "rehired retirees", "人", EmployedAs(EmployeeType::Rehired)),
            kpi("4132", "无员工类型人数", "people without a type", "人", EmployedAs(EmployeeType::None)),
            kpi("4133", "离职人数", "people who left", "人", EmployeesWho(EmploymentStatus::Left)),
            kpi("4134", "试岗人数", "people on trial", "人", EmployeesWho(EmploymentStatus::Trial)),
        ],
    },
    Service {
        id: "statistics.dc_active_user",
        path: "/v1.0/datacenter/activeUserData",
        title_zh: "获取企业用户激活状态统计数据",
        title_en: "Activation statistics",
        permission: statistic_permission::CONTACT,
        kpis: &[
            kpi("4007", "累计激活人数", "people activated to date", "人", Activated),
            kpi("4008", "激活率", "activation rate", "", ActivatedShare),
        ],
    },
];
