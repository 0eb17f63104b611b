//! Events and their callbacks, and facts.

super::advice! {
    CallbackExists: "应用已经注册过回调。", "The app has a callback already."
        => "改用更新回调的接口，或先删除再注册。", "Update the callback, or delete it first.";
    CallbackMissing: "应用还没有注册回调。", "The app has no callback."
        => "先注册回调；用 Stream 接收事件的应用不需要回调。", "Register one first. Apps that receive events by Stream need none.";
    UnknownEventName: "列表里有不存在的事件名。", "The list has a name that no event has."
        => "对照事件列表核对 call_back_tag 的拼写。", "Check the spelling of call_back_tag with the list of events.";
    CallbackAnswerWrong: "回调地址没有返回加密的 success。", "The callback did not answer with the encrypted success."
        => "返回用同一 token 和 aes_key 加密并签名的 success，不要返回明文。", "Answer with success, encrypted and signed with the same token and aes_key, not in plain text.";
    CallbackIncomplete: "回调缺少字段，或字段格式不对。", "A field of the callback is missing or malformed."
        => "同时传 call_back_tag、token、aes_key 和 url。", "Send call_back_tag, token, aes_key and url.";
    CallbackUrlInvalid: "回调地址不是合法的 URL。", "The address of the callback is not a valid URL."
        => "传以 http:// 或 https:// 开头的完整地址。", "Send a whole address that begins with http:// or https://.";
    CallbackUnreachable: "服务器连不上回调地址，或者它返回了错误。", "The callback cannot be reached, or responds with an error."
        => "从服务器所在的机器上访问该地址；检查 DNS、防火墙和证书。", "Open the address from the server's machine. Check its name, firewall and certificate.";
    CallbackHostForbidden: "回调地址是内网地址，不允许推送。", "The address of the callback is an internal one, which is forbidden."
        => "让管理员在 [delivery] 的 allow 中允许该网段，或改用公网地址。", "Ask the administrator to permit the range in allow of [delivery], or use a public address.";
    AesKeyInvalid: "aes_key 必须是 43 个字母和数字。", "The aes_key must have 43 letters and digits."
        => "重新生成 43 位的 aes_key，并在两边同时更换。", "Make a new one of 43 characters, and change it on both sides.";
    UnknownEvent: "应用没有这个编号的事件，它可能已过保留时间。", "No event of the app has this id. It may be older than the delivery log."
        => "从推送记录里取得事件编号。", "Get the id from the delivery log.";
    EventNotFailed: "事件没有失败，不能重新推送。", "The event has not failed, so it cannot be retried."
        => "只重试状态为 failed 的事件。", "Retry events whose state is failed.";
    UnknownCall: "没有这个请求编号的调用记录。", "The journal has no call with this request id."
        => "编号可能抄错，或记录已过保留时间；令牌无效的调用不属于任何组织，用 carillon calls unknown 查看。", "The id may be mistyped, or the call older than the journal. Calls with an unknown token belong to no organisation: see carillon calls unknown.";
    FactsInvalid: "有些事实无法接收。", "Some of the facts cannot be ingested."
        => "响应列出了出错的行和原因，修改后只需重发这些行。", "The response lists the lines with reasons. Correct and send those again.";
    UnknownSession: "sessionWebhook 无效或已过期。", "The session webhook is invalid or has expired."
        => "用成员最新一条消息里的 sessionWebhook 回复；有效期见 [chat] 的 webhook_minutes。", "Reply to the sessionWebhook of the member's newest message. It is valid for webhook_minutes of [chat].";
    ReplyTypeInvalid: "这种类型的消息不能用来回复。", "A message of this type cannot be sent as a reply."
        => "用 text、markdown、link、actionCard 或 feedCard 回复。", "Reply with text, markdown, link, actionCard or feedCard.";
    RepliesTooFrequent: "一分钟内给同一成员的回复太多。", "There were too many replies to a member in a minute."
        => "把多条回复合并成一条，或等一分钟。", "Put the replies together, or wait a minute.";
}
