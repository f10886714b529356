"""What the source documents state about real institutions and people. Nothing else about them is said anywhere.

Source: the two notices on the Chaozhou medical science and technology alliance (founded 2025-06-06). Codes, levels,
addresses and telephone numbers are not in them, so they are left empty. Everybody and everything else is invented and
carries （示例） in the name.
"""

ALLIANCE = "潮州医疗科技创新联盟"
ALLIANCE_EN = "Chaozhou Medical Science and Technology Innovation Alliance"
THEME = "医疗科技领航 健康发展同行"
HOME = "潮州"

# name, English, kind (OrganisationKind), the region the name itself states
INSTITUTIONS = {
    "health": ("潮州市卫生健康局", "Chaozhou Health Bureau", "authority", "潮州"),
    "society": ("潮州市医学会", "Chaozhou Medical Association", "society", "潮州"),
    "people": ("潮州市人民医院", "Chaozhou People's Hospital", "hospital", "潮州"),
    "central": ("潮州市中心医院", "Chaozhou Central Hospital", "hospital", "潮州"),
    "third": ("潮州市第三人民医院", "Chaozhou Third People's Hospital", "hospital", "潮州"),
    "tcm": ("潮州市中医医院", "Chaozhou Hospital of Traditional Chinese Medicine", "hospital", "潮州"),
    "women": ("潮州市妇幼保健院", "Chaozhou Maternal and Child Health Hospital", "hospital", "潮州"),
    "zssy": ("中山大学附属第三医院", "The Third Affiliated Hospital, Sun Yat-sen University", "hospital", "广州"),
    "luohu": ("深圳市罗湖区中医院", "Luohu Hospital of Traditional Chinese Medicine, Shenzhen", "hospital", "深圳"),
    "gwcmc": ("广州市妇女儿童医疗中心", "Guangzhou Women and Children's Medical Center", "hospital", "广州"),
}

# 首席专家聘任: the source names seven, and two hospitals that appoint; it does not say who serves at which.
CHIEF_EXPERTS = ("许树长", "郭镇平", "麻彬", "徐桂彬", "陆少游", "詹潮勇", "贾福军")
CHIEF_HOSTS = ("people", "third")
ASSIGNED_HERE = "来源仅写明两家医院聘请下列专家，未逐一对应；此处的对应关系为演示分配。"

EXPERTS_ELSEWHERE, EXPERTS_LOCAL, AGREEMENTS = 125, 151, 10

STUDIO = ("central", "zssy")
# name, lead, the member at home, and the specialty it was filed under here (诊疗科目 code)
SPECIALTY_ALLIANCES = (
    ("治未病科协同发展合作联盟", "luohu", "tcm", "50"),
    ("小儿脑瘫专科管理联盟", "gwcmc", "women", "07"),
)
