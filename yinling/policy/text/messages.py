"""What can be wrong with a policy text, in Chinese and English; every code has a test with a file that has it."""

MESSAGES: dict[str, tuple[str, str]] = {
    "toml": ("文件不是有效的 TOML：{detail}", "not valid TOML: {detail}"),
    "encoding": ("文件不是 UTF-8 编码", "the file is not UTF-8"),
    "file_missing": ("缺少文件 {name}", "file {name} is missing"),
    "format": ("格式版本应为 {wanted}，写的是“{found}”", "format must be {wanted}, found “{found}”"),
    "kind": ("文件种类应为 {wanted} 之一，写的是“{found}”", "kind must be one of {wanted}, found “{found}”"),
    "missing": ("缺少必填项“{name}”（{label}）", "required field “{name}” ({label}) is missing"),
    "unknown_field": (
        "没有名为“{name}”的项，最接近的是“{near}”",
        "there is no field “{name}”; nearest: “{near}”",
    ),
    "type": ("应为{wanted}，写的是 {found}", "must be {wanted}, found {found}"),
    "blank": ("不能为空", "must not be blank"),
    "key": (
        "代号只能用小写字母、数字、下划线，以字母开头：“{found}”",
        "a key uses lower-case letters, digits, underscore and starts with a letter: “{found}”",
    ),
    "choice": ("应为 {wanted} 之一，写的是“{found}”", "must be one of {wanted}, found “{found}”"),
    "yuan": (
        '金额应写成元，如 "300.00"，不能为负、不超过两位小数：“{found}”',
        'an amount is written in yuan like "300.00", not negative, at most two decimals: “{found}”',
    ),
    "range": ("应在 {low} 到 {high} 之间，写的是 {found}", "must be between {low} and {high}, found {found}"),
    "duplicate": (
        "代号“{key}”重复，已在 {file} 第 {line} 行用过",
        "key “{key}” repeated, first used in {file} line {line}",
    ),
    "none": ("至少要有一条", "at least one is needed"),
    "document_unknown": ("没有登记文件“{key}”", "document “{key}” is not declared"),
    "item_unknown": ("没有项目“{key}”", "there is no item “{key}”"),
    "fact_unknown": (
        "事实目录里没有“{name}”，最接近的是“{near}”",
        "no fact “{name}” in the catalogue; nearest: “{near}”",
    ),
    "periods_overlap": (
        "生效日期 {starts} 没有晚于上一条的 {before}，期间重叠",
        "effective date {starts} is not after the previous {before}: periods overlap",
    ),
    "dates_reversed": ("失效日期 {ends} 早于生效日期 {starts}", "end {ends} lies before start {starts}"),
    "amount_too_early": (
        "标准生效日期 {starts} 早于依据文件生效日期 {document}",
        "amount starts {starts}, before its document takes effect {document}",
    ),
    "share_too_high": (
        "分担合计 {shares} 元超过标准 {amount} 元",
        "shares of {shares} exceed the amount {amount}",
    ),
    "drop_twice": ("“{key}”写了两次", "“{key}” is listed twice"),
    "reading_unknown": ("chosen 指的“{key}”不在 readings 里", "chosen “{key}” is none of the readings"),
    "setting_unknown": (
        "readings 里的设置“{path}”在政策里找不到",
        "setting “{path}” of a reading does not exist in the policy",
    ),
    "circle": ("派生事实互相引用成圈：{names}", "derived facts refer to each other in a circle: {names}"),
    "evidence_derived": (
        "“{name}”是派生事实，举证应针对原始事实",
        "“{name}” is derived; evidence belongs to a supplied fact",
    ),
    "choice_values": (
        "“{value}”不是事实“{fact}”的取值（{values}）",
        "“{value}” is no value of fact “{fact}” ({values})",
    ),
    "same_document_number": ("文号“{number}”登记了两次", "document number “{number}” is declared twice"),
    "tier_impossible": (
        "这一档永远轮不到：上面的“{above}”条件相同",
        "this tier can never apply: “{above}” above has the same condition",
    ),
    "deadline": ("workdays 和 by_day 只能写一个", "give workdays or by_day, not both"),
    "expression_too_long": ("条件超过 {limit} 个字符", "the condition is longer than {limit} characters"),
    "expression_too_deep": ("条件嵌套超过 {limit} 层", "the condition is nested deeper than {limit}"),
    "expression_unreadable": ("条件读不懂：{detail}", "the condition cannot be read: {detail}"),
    "expression_type": (
        "条件的结果应是 {wanted}，现在是 {found}",
        "the expression must give {wanted}, it gives {found}",
    ),
    "expression_hides_unknown": (
        "不得使用“{part}”：它会把待核实变成确定的结论",
        "“{part}” is not allowed: it would turn unknown into a firm answer",
    ),
    "function_not_allowed": (
        "不得使用函数“{part}”，可用的有：{allowed}",
        "function “{part}” is not allowed; allowed: {allowed}",
    ),
    "expression_not_allowed": (
        "条件里不得使用“{part}”，只能用事实、常数和比较",
        "“{part}” is not allowed in a condition: only facts, constants and comparisons",
    ),
    "operand_type": ("“{part}”是 {found}，这里需要 {wanted}", "“{part}” is {found}, {wanted} is needed here"),
    "types_differ": (
        "“{part}”两边类型不同：{left} 与 {right}",
        "the sides of “{part}” differ in type: {left} and {right}",
    ),
    "value_unknown": (
        "没有“{value}”这个取值，可取：{values}",
        "there is no value “{value}”; possible: {values}",
    ),
    "number_not_whole": (
        "数字应为不超过一万亿的整数：{part}",
        "a number must be whole and at most 10^12: {part}",
    ),
    "product_of_facts": ("不得把两个事实相乘：{part}", "two facts may not be multiplied: {part}"),
    "date_unreadable": ("日期读不懂：{value}", "the date cannot be read: {value}"),
    "example_value": (
        "事实“{fact}”的值 {value} 不对：应为 {wanted}",
        "value {value} of fact “{fact}” is wrong: must be {wanted}",
    ),
    "example_expect": (
        "期望应写金额、“不符合”或“待核实”：“{found}”",
        "expected must be an amount, “不符合” or “待核实”: “{found}”",
    ),
    "example_failed": (
        "例子“{name}”不成立：{item} 期望 {wanted}，算得 {got}",
        "example “{name}” fails: {item} expected {wanted}, got {got}",
    ),
    "example_clause": (
        "例子“{name}”：{item} 的理由期望“{wanted}”，算得“{got}”",
        "example “{name}”: reason for {item} expected “{wanted}”, got “{got}”",
    ),
    "not_exampled": (
        "{item} 的“{key}”没有任何例子走到（{way}）",
        "no example decides “{key}” of {item} ({way})",
    ),
    "amount_form": (
        "每一行只能写一种：yuan、formula、percent+of、quantity+unit+every、local；现有：{found}",
        "give exactly one of yuan, formula, percent+of, quantity+unit+every, local; found: {found}",
    ),
    "share_form": ("分担写 yuan 或 percent 中的一个", "a share is given as yuan or as percent, one of them"),
    "share_percent": ("分担比例合计 {total}% 超过 100%", "shares of {total}% exceed 100%"),
    "credit_form": (
        "服务额度须写 credit_months，且不可提现；其他形式不写 credit_months",
        "a service credit needs credit_months and may not be cashable; other kinds have no credit_months",
    ),
    "definition_form": ("定义写 when 或 fact 中的一个", "a definition has when or fact, one of them"),
    "definition_circle": (
        "“{name}”在自己之前引用了“{other}”：定义只能用写在前面的定义，不能成圈",
        "“{name}” refers to “{other}” before it is defined: definitions use earlier ones only, no circle",
    ),
    "standard_circle": (
        "标准“{name}”的算式引用了还没有写出的“{other}”，不能成圈",
        "standard “{name}” refers to “{other}” before it is stated: no circle",
    ),
    "name_taken": ("“{name}”已是{what}的名称", "“{name}” is already the name of {what}"),
    "amount_lapsed": (
        "标准自 {starts} 起，但依据文件已于 {ends} 失效",
        "the row starts {starts}, but its document lapsed on {ends}",
    ),
    "negative_sum": (
        "例子“{name}”：{item} 的算式得出负数；用 higher_of(0, …) 写明最低为零",
        "example “{name}”: the formula of {item} gives a negative sum; write higher_of(0, …)",
    ),
    "fact_subject": (
        "“{name}”是关于{about}的事实，这一项按{subject}认定",
        "“{name}” is a fact about a {about}, this item is decided by {subject}",
    ),
    "highest_form": (
        "就高须有两项以上，按人按月认定，且都是金额",
        "the highest of several needs at least two items by person and month with sums",
    ),
    "list_item_twice": (
        "“{key}”既有项目又写在 not_covered 里",
        "“{key}” has an item and stands in not_covered",
    ),
    "list_item_lost": (
        "清单的“{key} {name}”没有项目，也没有写明原因（not_covered）",
        "row “{key} {name}” of the list has no item and no reason (not_covered)",
    ),
    "list_item_unknown": ("清单里没有“{key}”", "the service list has no item “{key}”"),
}


def message(code: str, /, **said: object) -> tuple[str, str]:
    """Both sentences of a message, filled."""
    zh, en = MESSAGES[code]
    return zh.format(**said), en.format(**said)
