"""Characters that invented names are drawn from, with how they are mistaken. Frequencies are rough on purpose."""

from __future__ import annotations

import re

import numpy as np

_SURNAMES = (
    "陈9.5黄6.5李6.4林6.0梁4.5张4.4王3.8刘3.6吴3.4罗2.6何2.5周2.3郑2.2杨2.2谢2.0许1.9叶1.9邓1.9曾1.8冯1.8蔡1.8郭1.6黎1.5谭1.5徐1.4卢1.4"
    "苏1.3彭1.2曹0.8钟1.4麦0.7江0.9朱1.1胡1.0高0.8余0.9潘0.9欧阳0.3司徒0.1区0.3冼0.2容0.2詹0.5庄0.5佘0.2赖0.6温0.6汤0.4孙0.7赵0.9马0.5"
    "唐0.5萧0.6廖0.9戴0.4方0.5莫0.6简0.2关0.4甘0.3伍0.4霍0.2招0.1"
)
_FOUND = re.findall(r"([^\d.]+)([\d.]+)", _SURNAMES)
SURNAMES = tuple(name for name, _weight in _FOUND)
WEIGHTS = np.array([float(weight) for _name, weight in _FOUND])
WEIGHTS = WEIGHTS / WEIGHTS.sum()

# The first characters of each line are the commoner ones: they stand more than once.
MALE = tuple(
    "伟强杰明辉华建国文浩俊志" * 3
    + "军涛磊勇斌超鹏刚健平宇鑫海龙峰飞德福荣贵成才东亮春雷晓凯博瑞轩梓豪泽睿晨嘉佳永忠义良信兴旺发祥松山河洋源光耀振启宏鸿哲智思远达立学彬毅锋锐坚锦镇翔维宁康乐景敬庆顺利仁孝礼培汉栋梁柱新步云升阳根木森楷钢铭"
)
FEMALE = tuple(
    "丽芳敏静燕玲婷慧雅欣怡萍" * 3
    + "娜秀英艳娟霞桂兰红梅华珍凤琴莲玉淑雪琳莹洁倩颖佳子涵萱诗雨思彤琪瑶婉晴美惠春香月娥菊花芬芝素珠翠莉琼蓉薇菲菁茹晶晓小秋冬夏嘉宁语可馨心悦一诺曦沐妍娇媛巧银金佩贞贤彩青岩荷纯绮叶柳杏桃如意安健"
)
_SOUNDS = (
    "威维卫伟炜 杰洁捷婕 婷廷庭 明名铭鸣 辉惠慧晖 艳燕妍岩 英莹颖瑛 丽莉利立 欣鑫新馨心 军俊君钧 宇雨玉瑜 静晶菁婧敬景 芳方 红洪宏鸿 琳林霖 晓小筱"
    " 佳嘉家 淑树 萍平 琴勤芹 珍贞振镇 桂贵 华花 梅美 子梓紫 涵晗 萱轩宣 怡一意义 强祥 浩豪 志智芝 文雯 国果 建健 敏民 玲灵 雅亚"
)
HOMOPHONES = {c: tuple(o for o in group if o != c) for group in _SOUNDS.split() for c in group}
_PAIRS = "己已 日目 人入 土士 千干 天夭 王玉 林材 晶品 冰水 洋样 海悔 铭名 芬芳 梅每 丽俪 娟绢 明朋 建健 宇字 辉挥 伟玮 浩皓 宏弘 欣昕"
ALIKE = {a: b for pair in _PAIRS.split() for a, b in (tuple(pair), tuple(reversed(pair)))}
TRADITIONAL = dict(zip(
    "张陈刘杨黄吴赵孙马罗郑谢许邓冯韩萧叶蒋苏吕卢钟谭陆贾韦邹龙贺顾龚钱严赖欧颜鲁伟强军杰涛华国丽艳兰凤莲云颖诗语贤贵荣庆达远东红飞铭锋锐钧锦镇钢宁乐义礼学启晓娇维卫树",
    "張陳劉楊黃吳趙孫馬羅鄭謝許鄧馮韓蕭葉蔣蘇呂盧鍾譚陸賈韋鄒龍賀顧龔錢嚴賴歐顏魯偉強軍傑濤華國麗艷蘭鳳蓮雲穎詩語賢貴榮慶達遠東紅飛銘鋒銳鈞錦鎮鋼寧樂義禮學啟曉嬌維衛樹",
    strict=True,
))  # fmt: skip
