//! Members, departments and roles.

super::advice! {
    UnknownUser: "组织里没有这个 userid 的成员。", "No member of the organisation has this userid."
        => "核对 userid 的大小写；成员可能已经离职。", "Check the case of the userid. The member may have left.";
    MemberIsOperator: "这位成员是管理后台的操作员，应用不能删除、不能设置其密码，也不能在其首次单点登录之前修改用来识别的邮箱或手机号。", "The member is an operator of the console. Apps may not remove operators, set their passwords, or change the e-mail address or mobile number that single sign-on will find them by."
        => "由所有者在管理后台删除该成员，或先取消其角色。", "An owner can remove the member in the console, or take the roles away first.";
    UnknownUserInList: "列表里有组织中不存在的 userid。", "The list has a userid that no member has."
        => "去掉已离职或写错的 userid 后重试。", "Remove the userids of members who left, and mistyped ones.";
    UserIdTaken: "已有成员使用这个 userid。", "Another member has this userid."
        => "换一个 userid，或改为更新已有的成员。", "Choose another userid, or update the existing member.";
    MobileTaken: "已有成员使用这个手机号。", "Another member has this mobile number."
        => "确认是不是同一个人；一个手机号只能属于一名成员。", "Find out whether it is the same person. A number belongs to one member.";
    EmailTaken: "已有成员使用这个邮箱。", "Another member has this mail address."
        => "换一个邮箱，或先清空另一名成员的邮箱。", "Use another address, or clear that of the other member first.";
    TelephoneTaken: "已有成员使用这个分机号。", "Another member has this extension number."
        => "换一个分机号，或先清空另一名成员的分机号。", "Use another extension, or clear that of the other member first.";
    JobNumberTaken: "已有成员使用这个工号。", "Another member has this job number."
        => "换一个工号，或先修改另一名成员的工号。", "Use another job number, or change that of the other member first.";
    MobileInvalid: "手机号的格式不对。", "The mobile number is not valid."
        => "国内号码写 11 位数字，国际号码写成 +国家码-号码。", "Write 11 digits for China, and +COUNTRY-NUMBER for other countries.";
    EmailInvalid: "邮箱的格式不对。", "The mail address is not valid."
        => "改成 name@example.com 这样的地址，去掉空格和全角字符。", "Write it like name@example.com, without spaces and full-width characters.";
    MobileAndEmailMissing: "新成员既没有手机号也没有邮箱。", "The new member has neither a mobile number nor a mail address."
        => "手机号和邮箱至少填写一个。", "Send at least one of mobile and email.";
    UnknownManager: "manager_userid 不是组织的成员。", "The manager_userid is not that of a member."
        => "先创建主管，再创建下属；或者暂时不填主管。", "Add the manager first, or leave the field out for now.";
    UnknownDepartment: "没有这个 dept_id 的部门。", "No department has this dept_id."
        => "用获取部门列表的接口核对部门编号；根部门是 1。", "Check the number with the list of departments. The root is 1.";
    UnknownParentDepartment: "parent_id 指向的部门不存在。", "The department of parent_id does not exist."
        => "按从上到下的顺序创建部门；根部门的编号是 1。", "Add departments from the top down. The number of the root is 1.";
    DepartmentNameTaken: "同一个上级部门下已有同名部门。", "A department with the same parent has this name."
        => "换一个名称，或使用已有部门的 dept_id。", "Choose another name, or use the dept_id of the existing department.";
    DepartmentNameInvalid: "部门名称含有不允许的字符。", "The name has a character that department names cannot have."
        => "去掉名称中的连字符和逗号，包括全角逗号。", "Remove hyphens and commas from the name, those of full width included.";
    VisibilityListInvalid: "可见范围列表里有不存在的成员或部门，或者条目太多。", "A visibility list names an unknown member or department, or has too many entries."
        => "核对列表里的每个编号，并控制列表长度。", "Check each id of the list, and its length.";
    VisibilityListsTooLong: "部门的两个可见范围列表合起来太长。", "The two visibility lists of the department are too long together."
        => "用上级部门代替逐个成员，缩短列表。", "Name departments instead of single members to make the lists shorter.";
    RootDepartmentUpdate: "根部门不能这样修改。", "The root department cannot be changed this way."
        => "组织名称用 carillon corp 修改；其他部门用自己的 dept_id。", "Change the organisation's name with carillon corp. Other departments have a dept_id of their own.";
    DepartmentLoop: "这样移动会让部门成为自己的下级。", "The department would be below itself."
        => "先把目标部门移到别处，再移动这个部门。", "Move the other department elsewhere first.";
    LeadersInvalid: "部门主管里有人不是该部门的成员。", "Not all new leaders are members of the department."
        => "先把他们加入部门，再设为主管。", "Add them to the department first, then make them its leaders.";
    GroupOwnerInvalid: "新的群主不是该部门的成员。", "The new owner of the group chat is not a member of the department."
        => "选择部门里的成员作为群主。", "Choose a member of the department.";
    RootDepartmentDelete: "根部门不能删除。", "The root department cannot be deleted."
        => "只删除 dept_id 大于 1 的部门。", "Delete departments with a dept_id above 1.";
    DepartmentHasChildren: "部门下还有子部门。", "The department still has departments below it."
        => "从最底层开始删除，或先移走子部门。", "Delete from the bottom up, or move those below elsewhere.";
    DepartmentHasMembers: "部门里还有成员。", "The department still has members."
        => "先把成员移到其他部门，再删除部门。", "Move the members to another department, then delete this one.";
    UnknownRole: "没有这个编号的角色。", "No role has this id."
        => "用获取角色列表的接口取得角色编号。", "Get the id from the list of roles.";
    UnknownRoleGroup: "没有这个编号的角色组。", "No role group has this id."
        => "用获取角色列表的接口取得角色组编号，不要传角色编号。", "Get the id of the group from the list of roles. That of a role is another one.";
    RoleNameTaken: "角色组里已有同名角色。", "A role of the group has this name."
        => "换一个角色名称，或使用已有的角色。", "Choose another name, or use the existing role.";
    SystemRole: "默认组里的角色不能修改。", "A role of the default group cannot be changed."
        => "在自己的角色组里新建角色。", "Add a role in a group of your own.";
    RoleHeld: "仍有成员拥有这个角色。", "A member still has the role."
        => "先移除所有成员的这个角色，再删除它。", "Take the role from all members first.";
    RoleNotHeld: "该成员没有这个角色。", "The member does not have the role."
        => "先给成员加上角色，再设置管理范围。", "Give the member the role first, then set what it manages.";
    RoleIncomplete: "缺少角色名称或角色组。", "The name of the role or its group is missing."
        => "同时传 roleName 和 groupId。", "Send both roleName and groupId.";
    UnknownImport: "没有这个编号的成员导入。", "No import of members has this id."
        => "报告保留 30 天；请重新获取导入列表。", "Reports are stored for 30 days. Get the list of imports again.";
    ImportRunning: "上一个成员导入还没有结束。", "The previous import of members has not ended."
        => "等它结束，或取消它，再上传新的列表。", "Wait for its end, or call it off, before uploading another list.";
    ImportStatusWrong: "成员导入当前的状态不允许这个操作。", "The import of members is in another status."
        => "只有检查完毕的导入可以开始，只有未结束的导入可以取消。", "It can be applied once it was checked, and called off until it has ended.";
    PageSizeInvalid: "size 超出范围。", "The size of the page is out of range."
        => "按接口文档的上限设置 size，通常不超过 100。", "Use a size up to the documented limit, usually 100.";
    PageOffsetInvalid: "分页的偏移量超出范围。", "The offset of the page is out of range."
        => "从 0 开始，之后使用上一页返回的 next_cursor。", "Begin with 0, then use next_cursor of the previous page.";
}
