"""What a retailer in China has beside its mall: WeChat's two accounts, and Xiaohongshu.

One person is the same wherever they are met: the union id ties the followers of the official
account to the contacts of the work account, the open id to the visitors of the mall, whose pages
open within the official account, and the telephone to its buyers.
"""

import os
import re
import zipfile
from pathlib import Path

from ingestion.simulator.exports.cells import (
    World,
    columns,
    json_object,
    literal,
    select_list,
    spelling,
    store_list,
)
from ingestion.simulator.exports.periods import at_hour, closing, months
from ingestion.simulator.writing import Folder

UNFOLLOWS = 0.13  # of those who ever followed
# How many of those who met the brand this way then follow its official account.
_FOLLOWING = "('wechat', 0.9), ('mall', 0.5), ('till', 0.4), ('xiaohongshu', 0.1), ('douyin', 0.1)"


def followers(world: World) -> str:
    """Return a query of the followers, past and present: person_id, followed_at, way, place."""
    return f"""
        with met as (
            select person_id, channel as way, null as place, touched_at as met_at
            from touches where kind = 'contact'
            union all
            select person_id, if(place = 'mall', 'mall', 'till'), place, ordered_at
            from orders where place = 'mall' or place in {store_list(world, "own")}
        ),
        ways as (from (values {_FOLLOWING}) as t(way, share)),
        firsts as (
            select person_id, min({{'met_at': met_at, 'way': way, 'place': place}}) as occasion
            from met inner join ways using (way)
            where
                person_id is not null
                and u('follows', {{'person': person_id, 'way': way}}) < share
            group by person_id
        )
        select
            person_id, occasion['met_at'] as followed_at, occasion['way'] as way,
            occasion['place'] as place
        from firsts
    """


def _member_of(name: str, value: str, condition: str, kind: str = "member") -> str:
    """Return SQL for a member of a JSON object that is only there under a condition."""
    return f"if({condition}, {kind}('{name}', {value}), null)"


_FOLLOWER = json_object(
    "raw_member('subscribe', if(is_follower, 1, 0))",
    "member('openid', wechat_openid(person_id))",
    _member_of("language", "'zh_CN'", "is_follower"),
    _member_of("subscribe_time", "epoch_of(followed_at)", "is_follower", "raw_member"),
    "member('unionid', wechat_unionid(person_id))",
    # What the shop's people wrote beside a follower: hardly ever a name.
    _member_of(
        "remark",
        "if(u('follower remark', person_id) < 0.06, left(family, 1) || '女士-金卡', '')",
        "is_follower",
    ),
    _member_of("groupid", "0", "is_follower", "raw_member"),
    _member_of("tagid_list", "if(loyalty_id is null, '[]', '[100]')", "is_follower", "raw_member"),
    _member_of(
        "subscribe_scene",
        "case way when 'till' then 'ADD_SCENE_QR_CODE' when 'mall' then 'ADD_SCENE_PAID' "
        "when 'wechat' then pick(['ADD_SCENE_PROFILE_CARD', 'ADD_SCENE_PROFILE_LINK', "
        "'ADD_SCENE_SEARCH'], u('scene', person_id)) else 'ADD_SCENE_SEARCH' end",
        "is_follower",
    ),
    _member_of("qr_scene", "0", "is_follower", "raw_member"),
    _member_of("qr_scene_str", "if(way = 'till', 'store_' || place, '')", "is_follower"),
)


def wechat_oa(world: World, folder: Folder) -> None:
    """Write the followers as user/info/batchget gives them; of those who left, only their ids."""
    spelling(world)
    folder.json_lines(
        "wechat_oa/user_info_batchget.jsonl",
        f"""
        select {_FOLLOWER}
        from (
            select
                person.*, way, place, followed_at,
                u('unfollows', person_id) >= {UNFOLLOWS} as is_follower
            from ({followers(world)}) inner join persons as person using (person_id)
        )
        order by followed_at, person_id
        """,
        exported_at=closing(world),
    )


def contacts(world: World) -> str:
    """Return a query of who added which employee: person_id, userid, added_at, way.

    They wrote to the service desk, bought in a store and added the assistant, or enquired.
    """
    return f"""
        with added as (
            select
                person_id, 'kefu0' || 1 + below('service desk', person_id, 3) as userid,
                'desk' as way, touched_at as met_at
            from touches where channel = 'wechat'
            union all
            select
                person_id, place || '_guide' || 1 + below('guide', person_id, 3), 'store',
                ordered_at + interval 5 minute
            from orders
            where place in {store_list(world, "own")} and u('adds guide', person_id) < 0.45
            union all
            select person_id, 'sales01', 'enquiry', created_at
            from leads where system = 'fxiaoke' and u('fxiaoke wecom', person_id) < 0.5
        )
        select person_id, userid, any_value(way) as way, min(met_at) as added_at
        from added where person_id is not null group by person_id, userid
    """


_USES_WECOM = "company is not null and u('uses wecom', person_id) < 0.4"
_MOBILES = (
    "'[' || concat_ws(',', to_json(replace(phone, '+86', ''))::varchar, "
    "if(u('both mobiles', person_id) < 0.5, to_json(replace(second_phone, '+86', ''))::varchar, "
    "null)) || ']'"
)
_CONTACT = json_object(
    "member('external_userid', external_user(person_id))",
    "member('name', if(u('wechat name', person_id) < 0.35, full_name, "
    "pick(['山间茶客', '一盏清欢', '慢慢来', '小雨', '阿杰', 'Lucy', '喵喵', '听松'], "
    "u('nickname', person_id)) || if(person_id % 3 = 0, '🍵', '')))",
    f"raw_member('type', if({_USES_WECOM}, 2, 1))",
    "member('avatar', '')",
    "raw_member('gender', below('gender', person_id, 3))",
    # People of another company are known by it, and not by their WeChat.
    _member_of("corp_name", "company", _USES_WECOM),
    _member_of("corp_full_name", "company", _USES_WECOM),
    _member_of("position", "'采购经理'", _USES_WECOM),
    _member_of("unionid", "wechat_unionid(person_id)", f"not coalesce({_USES_WECOM}, false)"),
)
_FOLLOW_INFO = json_object(
    "member('userid', userid)",
    "member('remark', case when u('remark', friendship) < 0.45 then '' "
    "when u('remark', friendship) < 0.7 then full_name || '-春茶' "
    "else left(family, 1) || '先生' end)",
    "member('description', '')",
    "raw_member('createtime', epoch_of(added_at))",
    "raw_member('tag_id', if(loyalty_id is null, '[]', "
    "'[\"etT' || token('wecom tag', '会员', 29) || '\"]'))",
    _member_of("remark_corp_name", "company", "company is not null"),
    f"raw_member('remark_mobiles', if(u('friend phone', person_id) < 0.6, {_MOBILES}, '[]'))",
    "member('oper_userid', userid)",
    "raw_member('add_way', case way when 'store' then 1 when 'enquiry' then 2 else 3 end)",
    "member('state', case way when 'store' then split_part(userid, '_', 1) "
    "when 'desk' then 'oa_menu' else '' end)",
)


def wecom(world: World, folder: Folder) -> None:
    """Write the contacts of the work account, as externalcontact/batch/get_by_user gives them.

    One object per contact and employee; an employee may have noted telephones and a name, the
    contact's own name is what they call themselves in WeChat.
    """
    spelling(world)
    folder.json_lines(
        "wecom/externalcontact_batch_get_by_user.jsonl",
        f"""
        select '{{"external_contact":' || {_CONTACT} || ',"follow_info":' || {_FOLLOW_INFO} || '}}'
        from (
            select person.*, userid, way, added_at, person_id || '/' || userid as friendship
            from ({contacts(world)}) inner join persons as person using (person_id)
        )
        order by added_at, person_id, userid
        """,
        exported_at=closing(world),
    )


NOTE_HEADER = columns(
    "笔记标题|首次发布时间|体裁|曝光|观看量|封面点击率|点赞|评论|收藏|涨粉|分享|人均观看时长|弹幕"
)
NOTES_AT_MOST = 1000
NOTES_TITLE = f"最多导出排序后前{NOTES_AT_MOST}条笔记"
DAYS_BETWEEN_NOTES = 2.5
PUBLISHING_SECONDS = 13 * 3600  # from midnight of UTC, eight in the morning of China
GROWING_DAYS = 9  # after as many days a note has 63 % of what it will ever have
TITLES = (
    "三分钟泡好一杯高山乌龙",
    "打工人的下午三点：抹茶拿铁",
    "上海静安探店｜藏在弄堂里的茶吧",
    "盖碗怎么拿才不烫手？",
    "冷泡茶五种做法，夏天必备",
    "中秋礼盒开箱🥮送长辈不出错",
    "西湖边喝茶，一坐一下午",
    "新手买茶具，看这一篇就够了",
    "老普洱到底贵在哪里",
    "茉莉龙珠在杯里开花的样子",
)


def _part(whole: str, low: float, high: float, stream: str) -> str:
    """Return SQL for a share of something, the same in every export of a note; a float, as they."""
    return f"floor({whole} * ({low} + {high - low} * u('{stream}', n)))::double"


_NOTE = {
    "笔记标题": "title",
    "首次发布时间": "strftime(published, '%Y年%m月%d日%H时%M分%S秒')",
    "体裁": "if(is_video, '视频', '图文')",
    "曝光": "exposures::double",
    "观看量": "views::double",
    "封面点击率": "round(0.08 + 0.2 * u('cover', n), 3)::double",
    "点赞": _part("views", 0.01, 0.06, "note likes"),
    "评论": _part("views", 0.0, 0.015, "note comments"),
    "收藏": _part("views", 0.005, 0.04, "note saves"),
    "涨粉": _part("views", 0.0, 0.01, "note follows"),
    "分享": _part("views", 0.0, 0.02, "note shares"),
    "人均观看时长": "floor(5 + if(is_video, 40, 25) * u('watched', n))::double",
    "弹幕": f"if(is_video, {_part('views', 0.0, 0.008, 'bullets')}, 0.0)",
}


def xiaohongshu(world: World, folder: Folder) -> None:
    """Write the list of notes after every month, newest first, each with its figures so far."""
    spelling(world)
    plan = world.plan
    titles = ", ".join(literal(title) for title in TITLES)
    for month in months(world):
        exported_at = at_hour(month.after, 3)
        path = folder.workbook(
            f"xiaohongshu/{exported_at:%Y%m%d}/笔记列表明细表.xlsx",
            f"""
            with notes as (
                select
                    range as n,
                    timestamp '{plan.first_day}' + to_days((range * {DAYS_BETWEEN_NOTES})::int)
                    + to_seconds(below('note second', range, {PUBLISHING_SECONDS}))
                        as published_at,
                    local_time(published_at, 'Asia/Shanghai') as published,
                    u('note kind', range) < 0.35 as is_video,
                    if(u('untitled', range) < 0.04, null,
                        pick([{titles}], u('note title', range))) as title
                from range({max(1, int(plan.days / DAYS_BETWEEN_NOTES))})
            ),
            measured as (
                select
                    *,
                    floor((400 + 15000 * pow(u('note luck', n), 4)) * (1 - exp(
                        -epoch(timestamp '{exported_at}' - published_at)
                        / 86400 / {GROWING_DAYS}
                    ))) as exposures,
                    floor(exposures * (0.1 + 0.4 * u('note views', n))) as views
                from notes where published_at < timestamp '{exported_at}'
            )
            select {select_list(NOTE_HEADER, _NOTE)}
            from measured order by published_at desc limit {NOTES_AT_MOST}
            """,
            "Sheet1",
            exported_at=exported_at,
        )
        if path:
            _put_above(path, NOTES_TITLE, len(NOTE_HEADER))


def _put_above(path: Path, title: str, width: int) -> None:
    """Put a merged row above all others of a workbook of one sheet; the file keeps its time."""
    changed_at = path.stat().st_mtime
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.infolist()}
    letters = [chr(ord("A") + column) for column in range(width)]
    cells = "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{title}</t></is></c>' for letter in letters
    )
    with zipfile.ZipFile(path, "w") as archive:
        for entry, content in parts.items():
            if entry.filename.startswith("xl/worksheets/"):
                sheet = re.sub(
                    r'(<(?:row|c) r="[A-Z]*)(\d+)"',
                    lambda found: f'{found[1]}{int(found[2]) + 1}"',
                    content.decode(),
                )
                sheet = sheet.replace("<sheetData>", f'<sheetData><row r="1">{cells}</row>\n', 1)
                merged = f'<mergeCells count="1"><mergeCell ref="A1:{letters[-1]}1"/></mergeCells>'
                content = sheet.replace("</sheetData>", f"</sheetData>{merged}").encode()
            archive.writestr(entry, content)
    os.utime(path, (changed_at, changed_at))
