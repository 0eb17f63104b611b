//! Credentials, permissions, rate limits, and the form of a request.

super::advice! {
    WrongAppCredentials: "没有这个 appKey，或者 appSecret 不对。", "No app has this appKey, or the appSecret is wrong."
        => "核对应用的 Client ID 和 Client Secret；密钥遗失时用 carillon app reset-secret 换新。", "Check the Client ID and the Client Secret. If the secret is lost, replace it with carillon app reset-secret.";
    AppDisabled: "应用已停用。", "The app is disabled."
        => "请所有者在管理后台的应用页面启用，或执行 carillon app enable。", "Ask an owner to enable it on the page of the app, or use carillon app enable.";
    TooManyApps: "组织的应用数量已达上限。", "The organisation has as many apps as it can have."
        => "复用不再使用的应用：改名、收回权限并重置密钥。", "Use an app again that nobody needs: rename it, take its permissions away and renew its secret.";
    TooManyTrials: "这名运营人员在一分钟内试用接口的次数过多。", "The operator tried more calls within a minute than the server takes."
        => "等一分钟再试；需要成批调用时，请用应用的凭证写程序。", "Wait a minute. For many calls, write a program with the token of an app.";
    WrongCorpCredentials: "以 corpid、corpsecret 传来的凭证不对。", "The credentials in corpid and corpsecret are wrong."
        => "这两个字段在这里就是应用的 Client ID 和 Client Secret，请改用 appkey 和 appsecret。", "Both fields stand for the Client ID and the Client Secret of an app. Send them as appkey and appsecret.";
    TokenMissing: "请求里没有 access_token。", "The request has no access token."
        => "旧版接口把 access_token 放在查询参数里，v1.0 接口放在 x-acs-dingtalk-access-token 请求头里。", "Legacy operations take access_token in the query, those of v1.0 in the header x-acs-dingtalk-access-token.";
    TokenInvalid: "access_token 不存在或已过期。", "The access token is unknown or has expired."
        => "重新获取 access_token，按 expires_in 缓存，并在过期前更新；不要每次调用都获取。", "Get a new token, keep it for expires_in, and renew it before it ends. Do not get one for each call.";
    PermissionDenied: "应用没有调用这个接口的权限，或者接口不支持这种类型的应用。", "The app lacks the permission for this operation, or apps of its type may not call it."
        => "缺少权限时，让管理员执行 carillon app grant 授予，之后直接重试，不必重新获取 access_token；类型不支持时，换一个应用调用。", "If a permission is missing, ask the administrator to grant it with carillon app grant, then try again with the same token. If the type does not fit, call with another app.";
    RoleDenied: "运营人员没有调用这个接口的角色，或角色不包括这个服务号。", "The operator lacks a role for this operation, or has it for other service accounts."
        => "请所有者在管理后台的运营人员页面添加角色，docs/PERMISSIONS.md 列出了每个角色能做什么。", "Ask an owner to add the role in the console. docs/PERMISSIONS.md lists what each role opens.";
    ReauthenticationRequired: "这个操作涉及密钥，登录会话本身不足以执行。", "The operation is about secrets, and the session alone does not allow it."
        => "在管理后台的应用页面输入登录密码，之后十分钟内可以执行。", "Enter the password on the page of the app in the console. It then works for ten minutes.";
    AddressNotAllowed: "应用的 IP 白名单里没有调用方的地址。", "The address of the caller is not on the app's list of addresses."
        => "让管理员在配置的 [allow] 中为这个应用加上该地址；经过代理时还要设置 trusted_proxies。", "Ask the administrator to add the address in [allow] of the configuration. Behind a proxy, trusted_proxies has to be set too.";
    AppThrottled: "应用在一秒内调用这个接口的次数过多。", "The app called this operation too often within a second."
        => "降低并发，收到这个错误后等一秒再重试。", "Send fewer calls at the same time, and wait a second after this error.";
    OperationThrottled: "所有应用在一秒内调用这个接口的总次数过多。", "All apps together called this operation too often within a second."
        => "随机等待一到两秒再重试，并把定时任务错开整点。", "Wait a random second or two before the next try, and do not start jobs on the full hour.";
    MonthUsedUp: "组织本月的调用次数已经用完。", "The calls of the organisation for this month are used up."
        => "让管理员调高 [throttle] 的 corp_per_month，或等到下个月；先看看哪个应用调用得最多。", "Ask the administrator to raise corp_per_month in [throttle], or wait for the next month. Look first which app calls most.";
    UnknownOperation: "没有这个路径的接口，或者接口不支持这种请求方法。", "No operation has this path, or not with this method."
        => "核对路径的拼写、大小写、斜杠以及请求方法。", "Check spelling, case and slashes of the path, and the method.";
    WrongMethod: "这个接口要用 POST 调用。", "The operation is called by POST."
        => "改用 POST，把参数放进请求体。", "Send a POST with the fields in the body.";
    GetNeeded: "这个接口要用 GET 调用。", "The operation is called by GET."
        => "改用 GET，把参数放进查询字符串。", "Send a GET with the fields in the query.";
    BodyTooLarge: "请求体超过了接口的大小限制。", "The body is larger than the operation takes."
        => "减小请求，例如把图片先上传再引用，不要写进正文。", "Send less, for example by uploading pictures first and naming them by their ids.";
    BodyUnreadable: "请求体无法解析。", "The body cannot be parsed."
        => "发送合法的 UTF-8 JSON 对象，并核对 Content-Type；响应中的文字写明了出错的位置。", "Send a JSON object in UTF-8 and check the content type. The text of the response names the place.";
    MultipartNeeded: "上传接口要用 multipart/form-data。", "An upload has to be multipart/form-data."
        => "用 multipart 发送文件，文件字段名为 media。", "Send the file as a part with the name media.";
    JsonNeeded: "这个接口只接受 JSON，收到的是表单。", "The operation takes JSON alone, and got a form."
        => "把参数序列化成 JSON，并设置 Content-Type: application/json。", "Send the fields as JSON with the content type application/json.";
    BodyMissing: "请求没有请求体。", "The request has no body."
        => "发送 JSON 请求体；没有参数时发送 {}。", "Send a JSON body, which is {} without any fields.";
    BodyTooSlow: "请求体传得太慢，服务器放弃了等待。", "The body arrived too slowly, and the server stopped waiting."
        => "检查调用方到服务器的网络，或减小上传的文件后重试。", "Check the network between the caller and the server, or send a smaller file.";
    Overloaded: "服务器当时过载，没有处理这次调用。", "The server was overloaded and did not process the call."
        => "按 Retry-After 等待后用相同的参数重试。", "Wait as Retry-After says, and send the same call again.";
}
