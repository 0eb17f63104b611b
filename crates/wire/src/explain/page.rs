//! The vendor's documentation page of each operation: its number in the documentation, and its address.

/// Ids of operations, numbers and names of their pages, in the order of the ids.
const PAGES: &[(&str, &str, &str)] = &[
    ("annual_report.get", "1782", "obtain-annual-report-data"),
    ("article.add", "0814", "new-article-1"),
    ("article.delete", "0815", "delete-article-1"),
    ("article.get", "0818", "get-article"),
    ("article.list", "0817", "query-the-article-list"),
    ("article.publish", "0819", "article-publishing-interface-1"),
    ("article.update", "0816", "save-article-details-1"),
    ("card.add", "0820", "new-message-card-1"),
    ("card.delete", "0821", "delete-message-card"),
    ("card.get", "0822", "get-message-card-details"),
    ("card.list", "0824", "query-message-card-list"),
    ("card.update", "0823", "message-card-material-update-interface"),
    ("contacts.dept_create", "0077", "address-book-creation-department-established-department"),
    ("contacts.dept_delete", "0079", "address-book-deletion-department"),
    ("contacts.dept_get", "0081", "query-department-details0-v2"),
    ("contacts.dept_list_parents", "0084", "query-the-list-of-all-parent-departments-of-a-department"),
    ("contacts.dept_list_parents_by_user", "0085", "queries-the-list-of-all-parent-departments-of-a-user"),
    ("contacts.dept_list_sub", "0082", "user-management-acquires-the-list-departments"),
    ("contacts.dept_list_sub_id", "0083", "obtain-the-list-of-sub-department-ids"),
    ("contacts.dept_search", "0080", "address-book-search-department-id"),
    ("contacts.dept_update", "0078", "address-book-update-department"),
    ("contacts.user_count", "0059", "user-management-acquires-number-employees"),
    ("contacts.user_create", "0055", "user-information-creation"),
    ("contacts.user_delete", "0058", "delete-a-user"),
    ("contacts.user_get", "0056", "query-user-details"),
    ("contacts.user_get_by_mobile", "0063", "query-users-by-phone-number"),
    ("contacts.user_get_by_unionid", "0064", "query-a-user-by-the-union-id"),
    ("contacts.user_inactive", "0067", "queries-the-inactive-users-or-active-users-under-an-enterprise"),
    ("contacts.user_list", "0062", "queries-the-complete-information-of-a-department-user"),
    ("contacts.user_list_admin", "0068", "query-the-administrator-list"),
    ("contacts.user_list_id", "0065", "query-the-list-of-department-userids"),
    ("contacts.user_list_simple", "0066", "queries-the-simple-information-of-a-department-user"),
    ("contacts.user_search", "0060", "address-book-search-user-id"),
    ("contacts.user_sort", "0061", "address-book-userid-sorting"),
    ("contacts.user_update", "0057", "user-information-update"),
    ("credentials.access_token", "0033", "obtain-the-access-token-of-an-internal-app"),
    ("credentials.get_auth_info", "0042", "obtains-the-basic-information-of-an-enterprise"),
    ("credentials.gettoken", "1444", "obtain-orgapp-token"),
    ("credentials.media_upload", "0646", "upload-media-files"),
    ("ding.send_app", "0840", "send-in-application-ding"),
    ("ding.send_phone", "1491", "outgoing-phone-ding"),
    ("events.callback_delete", "ev0238", "delete-an-event-callback-interface"),
    ("events.callback_failed", "0015", "obtain-the-event-list-of-failed-push-messages"),
    ("events.callback_get", "ev0237", "query-subscribed-events"),
    ("events.callback_register", "ev0233", "register-callback-events"),
    ("events.callback_update", "ev0236", "update-event-interface"),
    ("events.stream_open", "ev0003", "configure-stream-push"),
    ("group.active_list", "0846", "obtains-the-group-activity-details-list"),
    ("group.ban_words", "0845", "exclusive-dingtalk-group-ban"),
    ("group.org_group_infos", "0844", "obtain-group-info"),
    ("mass.query_records", "0827", "service-account-query-msgsend-records"),
    ("mass.recall", "0825", "service-number-message-withdrawal"),
    ("mass.record_detail", "0828", "service-account-msg-record-detail"),
    ("mass.send", "0826", "api-sendmessage"),
    ("mass.send_legacy", "1624", "interactive-service-window-group-message-sending-interface"),
    ("roles.add_members", "0093", "add-role-information-to-employees-in-batches"),
    ("roles.create", "0086", "address-book-add-role"),
    ("roles.delete", "0087", "delete-role-information"),
    ("roles.get", "0090", "queries-role-details"),
    ("roles.group_create", "0091", "add-a-role-group"),
    ("roles.group_get", "0092", "obtains-the-role-group-information"),
    ("roles.list", "0089", "obtains-a-list-of-enterprise-roles"),
    ("roles.member_list", "0096", "obtain-the-list-of-employees-of-a-role"),
    ("roles.remove_members", "0094", "delete-the-color-information-of-employee-corners-in-batches"),
    ("roles.scope_update", "0095", "update-role-member-management-department-scope"),
    ("roles.update", "0088", "update-the-character-name"),
    ("serviceaccount.add", "0810", "added-service-number"),
    ("serviceaccount.get", "0813", "inquire-about-service-number-details"),
    ("serviceaccount.list", "0812", "query-service-number-list"),
    ("serviceaccount.menu_get", "0830", "query-service-number-menu-1"),
    ("serviceaccount.menu_update", "0829", "service-number-menu-update"),
    ("serviceaccount.update", "0811", "service-number-update-1"),
    ("statistics.app_version", "1785", "queries-the-distribution-of-user-versions"),
    ("statistics.calendar_org", "1774", "queries-the-number-of-people-who-have-created-an-event"),
    ("statistics.chat_summary", "1766", "chat-data-statistics-query-for-key-accounts"),
    ("statistics.conference_base_info", "0854", "query-basic-meeting-information-using-a-logical-id"),
    ("statistics.conference_detail", "0858", "get-video-meeting-details"),
    ("statistics.dau_summary", "1769", "query-for-dau-statistics"),
    ("statistics.dc_active_user", "1809", "obtains-statistics-on-user-activation-status"),
    ("statistics.dc_approval", "1798", "obtains-enterprise-approval-statistics"),
    ("statistics.dc_attendance", "1797", "queries-enterprise-attendance-statistics"),
    ("statistics.dc_blackboard", "1796", "queries-corporate-announcement-statistics"),
    ("statistics.dc_calendar", "1787", "queries-enterprise-schedule-statistics"),
    ("statistics.dc_checkin", "1795", "queries-enterprise-check-in-statistics"),
    ("statistics.dc_circle", "1801", "obtains-the-statistical-data-of-all-employees-of-an-enterprise"),
    ("statistics.dc_county_orgs", "1789", "querydigitaldistrictorginfo-api-reference"),
    ("statistics.dc_ding_receive", "1810", "obtain-statistics-on-receiving-and-comments-of-enterprise-ding"),
    ("statistics.dc_ding_send", "1808", "obtain-sending-statistics-of-an-enterprise-ding"),
    ("statistics.dc_document", "1794", "get-enterprise-document-statistics"),
    ("statistics.dc_drive", "1788", "obtains-the-statistics-on-enterprise-dingtalk-trays"),
    ("statistics.dc_employee_type", "1807", "obtains-statistics-on-employee-types"),
    ("statistics.dc_group_live", "1800", "obtains-the-live-stream-statistics-for-an-enterprise-group"),
    ("statistics.dc_group_message", "1791", "obtain-enterprise-group-chat-statistics"),
    ("statistics.dc_health", "1806", "queries-dingtalk-movement-statistics"),
    ("statistics.dc_mail", "1793", "queries-enterprise-email-statistics"),
    ("statistics.dc_online_user", "1802", "retrieve-online-statistics-of-enterprise-users"),
    (
        "statistics.dc_red_envelope_receive",
        "1805",
        "queries-the-red-envelope-receiving-statistics-of-an-enterprise",
    ),
    (
        "statistics.dc_red_envelope_send",
        "1799",
        "obtains-the-statistics-on-red-packets-issued-by-enterprises",
    ),
    ("statistics.dc_report", "1792", "obtain-enterprise-log-statistics"),
    ("statistics.dc_single_message", "1790", "queries-the-statistics-on-one-time-enterprise-chats"),
    ("statistics.dc_tel_meeting", "1803", "get-enterprise-teleconference-statistics"),
    ("statistics.dc_todo", "1786", "obtains-the-to-do-statistics-of-an-enterprise"),
    ("statistics.dc_video_meeting", "1804", "get-enterprise-video-conference-statistics"),
    ("statistics.dept_chat_list", "1767", "dingtalk-chat-information-in-key-accounts"),
    ("statistics.dept_dau_list", "1770", "query-the-statistics-of-active-users-in-a-department-of"),
    ("statistics.dept_ding_list", "1773", "query-the-departmental-transmission-status-of-key-clients"),
    ("statistics.dept_live_list", "1756", "live-broadcast-summary-statistics-of-key-account-departments"),
    ("statistics.dept_telconf_list", "1762", "major-customer-department-dimension-teleconference-statistics"),
    (
        "statistics.dept_videoconf_list",
        "1759",
        "video-conferencing-statistics-list-for-key-accounts-and-departments",
    ),
    ("statistics.ding_summary", "1772", "enterprise-ding-quantity-statistics"),
    ("statistics.doc_dept", "1777", "obtain-departmental-dimensions-documents-created-people-creating"),
    ("statistics.doc_org", "1778", "queries-the-number-dingtalk-documents-created-per-day-in-an"),
    ("statistics.form_dept", "1779", "obtains-the-number-of-tables-published-by-the-enterprise-from"),
    ("statistics.form_org", "1780", "queries-the-number-of-tables-published-in-an-organization"),
    ("statistics.group_summary", "1765", "api-for-obtaining-the-creation-status-of-various-groups"),
    ("statistics.inactivated_user_list", "1771", "queries-the-list-of-inactive-accounts-in-the-key-account"),
    ("statistics.inactive_users", "1784", "obtains-the-logon-details-of-inactive-users"),
    ("statistics.live_detail_list", "1754", "queries-the-details-list-of-apsaravideo-live"),
    ("statistics.live_summary", "1757", "query-live-streaming-statistics"),
    ("statistics.live_viewer_list", "1755", "query-users-of-apsaravideo-live"),
    (
        "statistics.microapp_list",
        "1768",
        "queries-the-daily-usage-summary-of-microapplications-in-an-enterprise",
    ),
    ("statistics.monthly_active", "1783", "retrieves-the-user-s-monthly-active-data"),
    ("statistics.publisher", "1781", "queries-the-data-about-the-interactive-service-window"),
    (
        "statistics.report_dept",
        "1775",
        "obtains-information-about-a-created-enterprise-log-from-the-department",
    ),
    (
        "statistics.report_org",
        "1776",
        "obtains-information-about-a-created-enterprise-log-from-the-organization",
    ),
    ("statistics.telconf_detail_list", "1763", "major-account-conference-call-details-list"),
    ("statistics.telconf_summary", "1764", "major-customer-teleconference-statistics-interface"),
    ("statistics.videoconf_detail_list", "1760", "video-conference-details-for-key-accounts"),
    ("statistics.videoconf_summary", "1758", "video-conferencing-statistics-query-v2-for-key-accounts"),
];

/// What addresses of pages begin with.
const BASE: &str = "https://open.dingtalk.com/document/development/";

/// A page of the vendor's documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its number.
    pub number: &'static str,
    /// Its address.
    pub url: String,
}

/// The page of an operation; `None` for those that the vendor does not have.
pub fn of(operation: &str) -> Option<Page> {
    let index = PAGES.binary_search_by_key(&operation, |(id, _, _)| id).ok()?;
    PAGES.get(index).map(|(_, number, name)| Page { number, url: format!("{BASE}{name}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_in_order() {
        assert!(PAGES.is_sorted_by(|one, next| one.0 < next.0));
        assert_eq!(of("serviceaccount.list").map(|page| page.number), Some("0812"));
        assert_eq!(of("carillon.calls_query"), None);
    }
}
