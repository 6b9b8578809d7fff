"""Ocean Engine: the plan reports of Qianchuan, which sells in Douyin."""

from ingestion.simulator.exports.ads import tell_reports, with_totals
from ingestion.simulator.exports.cells import World, columns
from ingestion.simulator.writing import Folder

HEADER = columns(
    "推广类型|账户名称|账户ID|计划ID|计划名称|商品ID|商品名称|抖音号ID|抖音号名称|日期|消耗(元)|"
    "展示次数|点击率(%)|点击次数|转化数|转化率(%)|转化成本(元)|7日总支付ROI|直接成交订单数|直接成交金额(元)"
)
_MEASURES = {
    "消耗(元)": "money(cost)",
    "展示次数": "thousands(impressions)",
    "点击率(%)": "rate(clicks, impressions, 2)",
    "点击次数": "clicks",
    "转化数": "sold",
    "转化率(%)": "rate(sold, clicks, 2)",
    "转化成本(元)": "if(sold > 0, printf('%.2f', cost / 100 / sold), '--')",
    "7日总支付ROI": "if(cost > 0, printf('%.2f', value * 100 / cost), '--')",
    "直接成交订单数": "sold",
    "直接成交金额(元)": "printf('%.2f', value)",
}


def write(world: World, folder: Folder) -> None:
    """Write the plan reports: ids guarded by a tab, the sum in a row named 全部."""
    for report in tell_reports(world, "ocean_engine", 9):
        rows = _MEASURES | {
            "推广类型": "kind",
            "账户名称": "'唐维茶官方旗舰'",
            "账户ID": "account || chr(9)",
            "计划ID": "campaign_id || chr(9)",
            "计划名称": "name",
            "商品ID": "'3500000000000000317' || chr(9)",
            "商品名称": "'中秋礼盒'",
            "抖音号ID": "'9900000317' || chr(9)",
            "抖音号名称": "'唐维茶'",
            "日期": "day::varchar",
        }
        totals = dict.fromkeys(HEADER[:10], "'--'") | _MEASURES
        totals |= {"推广类型": "'全部'", "计划名称": "'汇总'"}
        folder.csv(
            f"ocean_engine/千川_计划报表_{report.first:%Y%m%d}-{report.last:%Y%m%d}.csv",
            with_totals(HEADER, rows, totals, first=False, order="day, campaign_id"),
            bom=True,
            exported_at=report.known_at,
        )
