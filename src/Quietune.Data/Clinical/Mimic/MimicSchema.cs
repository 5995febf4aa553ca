namespace Quietune.Data.Clinical.Mimic;

/// <summary>The columns of the tables that are read, in the order in which MIMIC publishes them.</summary>
/// <remarks>Source: the documentation of MIMIC-III 1.4 and of MIMIC-IV 2.2.</remarks>
public static class MimicSchema
{
    private static readonly Dictionary<string, string> Four = new()
    {
        ["hosp/patients"] = "subject_id,gender,anchor_age,anchor_year,anchor_year_group,dod",
        ["hosp/admissions"] = "subject_id,hadm_id,admittime,dischtime,deathtime,admission_type,admit_provider_id,admission_location,discharge_location,insurance,language,marital_status,race,edregtime,edouttime,hospital_expire_flag",
        ["hosp/labevents"] = "labevent_id,subject_id,hadm_id,specimen_id,itemid,order_provider_id,charttime,storetime,value,valuenum,valueuom,ref_range_lower,ref_range_upper,flag,priority,comments",
        ["icu/icustays"] = "subject_id,hadm_id,stay_id,first_careunit,last_careunit,intime,outtime,los",
        ["icu/chartevents"] = "subject_id,hadm_id,stay_id,caregiver_id,charttime,storetime,itemid,value,valuenum,valueuom,warning",
        ["icu/outputevents"] = "subject_id,hadm_id,stay_id,caregiver_id,charttime,storetime,itemid,value,valueuom",
    };

    private static readonly Dictionary<string, string> Three = new()
    {
        ["hosp/patients"] = "ROW_ID,SUBJECT_ID,GENDER,DOB,DOD,DOD_HOSP,DOD_SSN,EXPIRE_FLAG",
        ["hosp/admissions"] = "ROW_ID,SUBJECT_ID,HADM_ID,ADMITTIME,DISCHTIME,DEATHTIME,ADMISSION_TYPE,ADMISSION_LOCATION,DISCHARGE_LOCATION,INSURANCE,LANGUAGE,RELIGION,MARITAL_STATUS,ETHNICITY,EDREGTIME,EDOUTTIME,DIAGNOSIS,HOSPITAL_EXPIRE_FLAG,HAS_CHARTEVENTS_DATA",
        ["hosp/labevents"] = "ROW_ID,SUBJECT_ID,HADM_ID,ITEMID,CHARTTIME,VALUE,VALUENUM,VALUEUOM,FLAG",
        ["icu/icustays"] = "ROW_ID,SUBJECT_ID,HADM_ID,ICUSTAY_ID,DBSOURCE,FIRST_CAREUNIT,LAST_CAREUNIT,FIRST_WARDID,LAST_WARDID,INTIME,OUTTIME,LOS",
        ["icu/chartevents"] = "ROW_ID,SUBJECT_ID,HADM_ID,ICUSTAY_ID,ITEMID,CHARTTIME,STORETIME,CGID,VALUE,VALUENUM,VALUEUOM,WARNING,ERROR,RESULTSTATUS,STOPPED",
        ["icu/outputevents"] = "ROW_ID,SUBJECT_ID,HADM_ID,ICUSTAY_ID,CHARTTIME,ITEMID,VALUE,VALUEUOM,STORETIME,CGID,STOPPED,NEWBOTTLE,ISERROR",
    };

    /// <summary>Names of the tables, as MIMIC-IV sorts them into folders.</summary>
    public static IReadOnlyList<string> Tables { get; } = [.. Four.Keys];

    /// <summary>The columns of a table.</summary>
    /// <param name="edition">Which MIMIC.</param>
    /// <param name="table">One of <see cref="Tables"/>.</param>
    public static IReadOnlyList<string> Columns(MimicEdition edition, string table) => (edition == MimicEdition.Four ? Four : Three)[table].Split(',');

    /// <summary>Where a table lies within the folder.</summary>
    /// <param name="edition">Which MIMIC.</param>
    /// <param name="table">One of <see cref="Tables"/>.</param>
    public static string FileName(MimicEdition edition, string table) =>
        edition == MimicEdition.Four ? $"{table}.csv.gz" : $"{Path.GetFileName(table).ToUpperInvariant()}.csv.gz";
}
