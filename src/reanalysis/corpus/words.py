"""What words around a number say about it: heads, labels, captions, footnotes."""

import re

MEAN_SD = re.compile(
    r"mean|\bs\.?d\.?s?\b|standard deviation|m \(sd\)|average|x̄", re.IGNORECASE
)
#: Words that say that a number in brackets is a standard deviation.
BRACKET_SD = re.compile(
    r"means?,?\s?[(\[]\s?±?\s?(?:s\.?\s?d|standard dev|std)"
    r"|means? and (?:s\.?d|standard dev)"
    r"|[(\[]\s?±?\s?s\.?\s?d\.?s?\s?[)\]]|(?:s\.?d\.?s?"
    r"|standard deviations?)[^.;]{0,30}(?:parenthes|bracket)"
    r"|(?:parenthes|bracket)[^.;]{0,30}(?:s\.?d\.?s?\b|standard dev)"
    r"|m\s?\(\s?s\.?d"
    r"|standard deviations?\)|average \(|means?,? s\.?d\.?",
    re.IGNORECASE,
)
SD = re.compile(
    r"(?<![a-z])s\.?\s?d\.?s?(?![a-z])|standard deviations?|std\.? dev"
    r"|mean\s?\(std\)",
    re.IGNORECASE,
)
SE = re.compile(
    r"(?<![a-z.])s\.?\s?e\.?\s?(?:m\.?s?|s)?(?![a-z])|standard errors?"
    r"|std\.? err",
    re.IGNORECASE,
)
MEDIAN = re.compile(
    r"median|\biqr\b|interquart|quartile|percentile|\brange\b|25th|geometric"
    r"|\bgm\b|\bq1\b|least[- ]squares?|\bls ?means?\b|\bLSM\b|adjusted mean"
    r"|estimated marginal",
    re.IGNORECASE,
)
RATE = re.compile(
    r"\brates?\b.{0,20}(?:/|per )|per 1,?0{2,}|patient[- ]years|person[- ]"
    r"|per (?:patient|subject|day|year|month)|/\s?1?00 ?(?:patient|person|py)"
    r"|incidence (?:rate|density)|events? per",
    re.IGNORECASE,
)
INTERVAL = re.compile(
    r"\b(?:95|90|99)\s?%\s?(?:ci|confidence)|confidence interval", re.IGNORECASE
)
COUNT_PERCENT = re.compile(
    r"\bn[s\s]*[,(/]?\s?\(?\s?%|\bno[s.]*\s?[,(/]?\s?\(?\s?%"
    r"|number[s]?(?: of [\w ]{1,80})?\s?[,(/]?\s?\(?\s?(?:%|percent)|frequenc(?:y"
    r"|ies)[ ,(]*(?:%|percent)|count[s]?[ ,(]*(?:%|percent)|\(%\)|n \(percent"
    r"|[,[(]\s?%\s?[\])]?$|patients,? \(?%|numbers? and percent|\[%\]",
    re.IGNORECASE,
)
PERCENT_COUNT = re.compile(
    r"%\s?[,(\[]\s?(?:n|no\.?|number)\s?[)\]]?|percent(?:age)? \((?:n|no"
    r"|number)",
    re.IGNORECASE,
)
COUNT = re.compile(
    r"^(?!.*%).*\bfrequency\b|"
    r"(?:^|[,(\s;:])(?:n|no\.?|nos\.?|number|numbers|#|\(n\))[)\]]?$"
    r"|^(?:number|no\.?) of (?:patients|subjects|participants|women|men"
    r"|children|infants|cases|people|persons|respondents)|[,(]\s?(?:n"
    r"|no\.?)\s?[)]",
    re.IGNORECASE,
)
PERCENT = re.compile(r"%|per ?cent|proportion", re.IGNORECASE)
#: A percentage alone, without a count beside it.
ONLY_PERCENT = re.compile(
    r"^(?!.*(?:\bn[s]?\b|\bno\.?\b|\bnos\b|number|frequenc|count|cases"
    r"|patients|subjects|participants)[\s,(/]*(?:\(|and )?\s?(?:%"
    r"|percent)).*(?:(?<![\d.])(?<!\d\s)%|per ?cent|proportion)",
    re.IGNORECASE,
)
#: Quantities that are printed in percent of something else than patients.
MEASURED_PERCENT = re.compile(
    r"hba1c|hb\s?a1c|a1c|h(?:a)?emoglobin|h(?:a)?ematocrit|\bhct\b|saturation"
    r"|spo2|sao2|sp ?o ?2|svo2|o2|\bfats?\b|fraction|ejection|\bef\b|lvef"
    r"|\bfev(?!er)|fvc"
    r"|predicted|\bpred\b|pef|change|increase|decrease|reduction|improve"
    r"|adherence|compliance|attendance|energy|protein|carbohydrate|fatty"
    r"|acids?|weight loss|body|mass|muscle|lymphocyte|neutrophil|monocyte"
    r"|eosinophil|basophil|cells|cd\d|t1/2|recovery|bioavail|coverage|correct"
    r"|accuracy|score|scale|\btime\b|of days|days|nights|sleep|efficiency"
    r"|water|moisture|intake|kcal|viability|inhibition|expression|density"
    r"|extraction|shunt|stenosis|bone|bsa|surface|tbsa|reticulocyte|glyc|rdw"
    r"|mcv|transferrin|variab|cv\b|coefficient|difference|mean|median|average"
    r"|\bindex\b|\bratio\b|sd\b",
    re.IGNORECASE,
)
#: Words for a share of patients.
SHARE = re.compile(
    r"\brates?\b|prevalence|incidence|(?:proportion|%|percent(?:age)?s?) of (?:the "
    r"|all )?(?:patients|subjects|participants|women|men|children|responders)"
    r"|\b(?:females?|males?|women|men|girls|boys)\b",
    re.IGNORECASE,
)
#: Tests whose p-value no count and no mean gives back.
NOT_SIMPLE = re.compile(
    r"ancova|covariance|mixed[- ]?(?:effects?|model|linear|anova)"
    r"|linear mixed|\bgee\b|generali[sz]ed (?:estimating|linear|additive)"
    r"|regression|(?<!un)adjust(?:ed|ing|ment)|covariates?"
    r"|repeated[- ]?measures?"
    r"|\brm[- ]?anova\b|two[- ]?way|log[- ]?rank|\bcox\b|hazard|kaplan"
    r"|cochran[- ]?mantel|mantel[- ]?haenszel|\bcmh\b|bonferroni|interaction"
    r"|multilevel|hierarchical|bayes|propensity|sign test|noninferior"
    r"|non-inferior|cluster[- ]?(?:random|adjust|level|robust)"
    r"|stratified (?:test|log|analys|cochran|chi)"
    r"|\bglm\b|wald",
    re.IGNORECASE,
)
#: Corrections of p-values, and weights of patients, that no plain test follows.
CORRECTED = re.compile(
    r"multiplicity|false discovery|corrected for multiple|adjusted for multiple"
    r"|\bholm\b|weighted (?:pooled|cohort|sample|data|analys|percent|mean|t-test)"
    r"|(?:sampling|survey|probability) weight|between (?:the )?subgroups",
    re.IGNORECASE,
)
#: Levels of patients of whom nothing is known.
UNKNOWN = re.compile(
    r"^\W*(?:data )?(?:missing|unknown|not (?:known|recorded|available|reported"
    r"|stated|specified|assessed|done|evaluable)|unspecified|undetermined|no data"
    r"|no answer|n/?[ak])\b(?! (?:primary|origin|cause|etiology|aetiology))",
    re.IGNORECASE,
)
#: Tests by strata, which no simple test stands for.
STRATA = re.compile(r"mantel|\bcmh\b", re.IGNORECASE)
RANK = re.compile(
    r"mann|whitney|wilcoxon|kruskal|wallis|rank[- ]?sum|friedman"
    r"|non-?parametric|median test|log[- ]?transform|logarithm",
    re.IGNORECASE,
)
PAIRED = re.compile(
    r"paired (?:samples? )?t|mcnemar|within[- ]?(?:group|subject)"
    r"|signed[- ]?rank|intra-?group|before[- ](?:and[- ])?after|(?:vs\.?"
    r"|versus|compared? (?:with|to)|from) (?:the )?(?:baseline|pre|before)"
    r"|over time|time effect|crossover|cross-over|\btrend\b",
    re.IGNORECASE,
)
UNPAIRED = re.compile(
    r"(?:un-?paired|independent)(?:[- ]samples?)?(?:[- ](?:two"
    r"|2)[- ]?(?:sided|tailed))?[- ](?:student'?s? )?t",
    re.IGNORECASE,
)
SIMPLE = re.compile(
    r"fisher|chi[- ]?sq|χ\s?\^?\s?2|χ²|x\s?2 test|pearson|student"
    r"|t[- ]?tests?\b|\banova\b|analysis of variance",
    re.IGNORECASE,
)
MEAN_TEST = re.compile(
    r"student|(?<!\w)t[- ]?tests?\b|\banova\b|analysis of variance", re.IGNORECASE
)
#: Whole numbers of a table are numbers of patients.
OR_NUMBER = re.compile(
    r"(?:\bor|,|and|as) (?:the )?(?:absolute )?(?:numbers?"
    r"|n)(?: of (?:patients|subjects"
    r"|participants|infants|children|women|cases))?(?:\s?[(,]\s?(?:%"
    r"|percent)[^)]*\)?)?"
    r"(?=\s?(?:[.;,]|$| or | and | unless))|expressed as (?:the )?numbers?\b",
    re.IGNORECASE,
)
N_EACH = re.compile(
    r"\bn\s?=\s?(\d+)[\s,]*(?:\w+[\s,]+){0,2}?(?:per|in each|for each|each|/"
    r"|in both|for both|for all)[\s-]*(?:\w+ )?(?:group|arm|treatment)"
    r"|\b(\d+) (?:patients|subjects|participants|animals|rats|mice|children"
    r"|women|men|individuals)?\s?(?:per|in each|for each"
    r"|/) ?(?:\w+ )?(?:group|arm)",
    re.IGNORECASE,
)
N_ROW = re.compile(
    r"(?:total )?(?:n|no\.|number|no\.?(?= of))(?:,? of (?:all )?(?:patients"
    r"|subjects|participants|individuals|people|women|men|children|infants"
    r"|cases|animals|eyes|students|respondents|randomi[sz]ed patients"
    r"|completers))?(?: (?:enrolled|included|randomi[sz]ed|analy[sz]ed|evaluated"
    r"|(?:in|per) (?:each |the )?(?:group|arm|study)))*"
    r"[\s,]*(?:\(n\)|\(%\)|n \(%\)|, n)?|numbers|(?:patients|subjects"
    r"|participants|sample size|group size|(?:total )?(?:randomi[sz]ed"
    r"|evaluable|evaluated|analy[sz]ed))[\s,]*(?:\(n\)|, n|n"
    r"|\(no\.\))?",
    re.IGNORECASE,
)
#: What is counted in a row may be places, not patients.
CLUSTERS = re.compile(
    r"\W*(?:(?:n|no\.|number)(?: of)? )?(?:primary care )?(?:clinics?|clusters?"
    r"|practices?|schools?|hospitals?|cent(?:er|re)s?|villages?|households?|sites?"
    r"|wards?|classes|families)\b",
    re.IGNORECASE,
)
P_ROW = re.compile(
    r"(?:[*†‡]*)p(?:[\s-]?values?)?[\s*†‡a-d]*(?:\(.*\)?)?[*†‡]*|significance"
    r"|sig\.?",
    re.IGNORECASE,
)
#: Words that say that a number in brackets may be something else than an SD.
UNLIKE_SD = re.compile(
    r"median|\biqr\b|interquart|quartile|percentile|range|confidence|\bci\b"
    r"|standard errors?|\bse[m]?\b|\bs\.e\.|geometric|%|per ?cent|coefficient"
    r"|least",
    re.IGNORECASE,
)
#: Words that say that a number in brackets counts events, not percent of patients.
EVENTS = re.compile(
    r"(?:parenthes[ie]s|brackets?)(?:(?!percent|%|proportion|rates?\b)[^.;]){0,40}?"
    r"(?:\b(?:numbers?|no\.?|total) of (?:\w+ ){0,3}(?:events|episodes|occurrences)"
    r"|\b(?:are|is|for|indicates?|denotes?|represents?) (?:the )?(?:events|episodes))\b"
    r"|\b(?:events|episodes) (?:are )?(?:shown |given )?(?:in|within) "
    r"(?:parenthes|bracket)"
    r"|\b(?:n|no\.|patients|subjects|participants)\s?[(\[]\s?"
    r"(?:(?:n|no\.|number)(?: of)? )?(?:events|episodes)\s?[)\]]",
    re.IGNORECASE,
)
#: Patients of one sex, or patients as such, in percent: no quantity of each patient.
PERCENT_OF_PATIENTS = re.compile(
    r"(?:%|per ?cent(?:age)?)\s?(?:of )?(?:the |all )?(?:patients|subjects|participants"
    r"|females?|males?|women|men|girls|boys)\b"
    r"|^\W*(?:(?:sex|gender)\W{1,3})?(?:females?|males?|women|men|girls|boys)"
    r"[,\s(]{0,3}(?:%|percent)",
    re.IGNORECASE,
)
#: Notes that say that the printed n is not that of every row.
N_OF_BASELINE = re.compile(
    r"(?:^|[.;:(]\s?)(?:the )?(?:ns?|n's|sample sizes?|group sizes?"
    r"|numbers? of (?:patients|participants|subjects))(?: [\w'-]{1,20}){0,8} baseline"
    r"(?: only)?\s?(?:[.;,)]|$)",
    re.IGNORECASE,
)
#: A count of those whom a heading names, not of a level.
THOSE_COUNTED = re.compile(
    r"(?:n|no\.?|numbers?|patients|subjects|participants|any|yes|used|received"
    r"|numbers? of (?:patients|subjects|participants))"
    r"[,\s]{0,2}[(\[]?(?:%|percent|n|no\.)?(?:, ?%| ?\(%\))?[)\]]?",
    re.IGNORECASE,
)
#: A quantity of those patients alone who had, got or used something.
OF_SOME = re.compile(
    r"\b(?:among|in|of|for) (?:the )?(?:those|users|(?:patients|subjects|participants"
    r"|women|men|children) (?:who|with|requiring|needing|receiving))\b"
    r"|\bif (?:any|used|yes|present)\b|\bper (?:user|transfused)\b",
    re.IGNORECASE,
)
MEAN_LABEL = re.compile(r"mean\b|\bm\b|average", re.IGNORECASE)


def sd_or_se(*texts: str) -> str:
    """Say what the nearest text that says it calls the spread: "sd", "se" or "".

    Texts come from the nearest (the row's label) to the farthest (the footnotes).

    Examples
    --------
    >>> sd_or_se("Age, years", "Values are mean ± SEM"), sd_or_se("Age (SD)", "SEM")
    ('se', 'sd')
    """
    for text in texts:
        if not text:
            continue
        sd, se = bool(SD.search(text)), bool(SE.search(text))
        if sd and not se:
            return "sd"
        if se and not sd:
            return "se"
        if sd and se:
            return "both"
    return ""
