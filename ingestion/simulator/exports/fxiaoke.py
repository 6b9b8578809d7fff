"""Fxiaoke, in China: the workbook of enquiries."""

from ingestion.simulator.exports.cells import World, columns, select_list, spelling
from ingestion.simulator.exports.enquiries import enquiries
from ingestion.simulator.exports.periods import closing
from ingestion.simulator.writing import Folder

HEADER = columns(
    "姓名（必填）|公司|部门|职务|电话|手机|邮件|来源|线索阶段|业务状态|生命状态|业务类型|"
    "负责人（必填）|归属部门|负责人主属部门|市场活动名称|线索池|企业微信UserId|创建时间|"
    "最后修改时间|最后跟进时间|转MQL时间|转换时间|线索无效原因|唯一性ID"
)


def _shanghai(moment: str) -> str:
    return f"minute_of(local_time({moment}, 'Asia/Shanghai'))"


_LEAD = {
    "姓名（必填）": "full_name",
    "公司": "company",
    "职务": "['采购经理', '行政主管', null][1 + floor(3 * u('title', person_id))::int]",
    # Some cells hold two telephones.
    "手机": "replace(phone, '+86', '') || if(u('second mobile', person_id) < 0.12, "
    "';' || other_mobile(person_id), '')",
    "邮件": "if(u('fxiaoke email', person_id) < 0.6, email, null)",
    "来源": "if(is_from_event, '展会', '官网注册')",
    "线索阶段": "case stage when 'lead' then '潜在线索' when 'mql' then 'MQL' else 'SQL' end",
    "业务状态": "case when stage = 'lead' then '待处理' "
    "when stage in ('mql', 'sql') then '跟进中' else '已转换' end",
    "生命状态": "'正常'",
    "业务类型": "'预设业务类型'",
    "负责人（必填）": "if(u('fxiaoke owner', person_id) < 0.5, '张三', '李四(已停用)')",
    "归属部门": "'华东销售部'",
    "负责人主属部门": "'华东销售部'",
    "市场活动名称": "if(is_from_event, '上海茶博会', null)",
    "企业微信UserId": "if(u('fxiaoke wecom', person_id) < 0.5, external_user(person_id), null)",
    "创建时间": _shanghai("created_at"),
    "最后修改时间": _shanghai("moved_at"),
    "最后跟进时间": _shanghai("moved_at"),
    "转MQL时间": _shanghai("mql_at"),
    "转换时间": _shanghai("opportunity_at"),
    "唯一性ID": "hex_code('fxiaoke lead', lead_id, 24)",
}


def write(world: World, folder: Folder) -> None:
    """Write the workbook of Chinese enquiries; some cells hold two telephones."""
    spelling(world)
    folder.workbook(
        "fxiaoke/销售线索对象导出结果.xlsx",
        f"select {select_list(HEADER, _LEAD)} from ({enquiries('fxiaoke')}) order by lead_id",
        "销售线索数据",
        exported_at=closing(world),
    )
