using System.Runtime.ExceptionServices;

namespace Quietune.Data.Clinical.PhysioNet;

/// <summary>Reads the record sets of the PhysioNet/Computing in Cardiology Challenge 2012.</summary>
/// <remarks>
/// Refused by name: a missing header, a line that is not time, parameter and value, a bad time, a value that is not a finite number, a
/// missing RecordID, a record or an outcome that comes twice. Everything else is cleaned by the rules of <see cref="Cleaning"/>.
/// Each record is cleaned by itself, so one private record changes no other.
/// Source: Silva, Moody, Scott, Celi &amp; Mark 2012, "Predicting in-hospital mortality of ICU patients".
/// </remarks>
public static class PhysioNet2012
{
    /// <summary>Reads a set.</summary>
    /// <param name="recordsPath">A folder, .tar.gz, .tar or .zip with one file a record.</param>
    /// <param name="outcomesPath">The outcomes.</param>
    /// <param name="name">What to call the set.</param>
    /// <param name="isPrivate">Whether messages must keep the records' values to themselves, and nothing is counted.</param>
    /// <param name="cancellationToken">Stops between records.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A record or an outcome is malformed; the message names the file and the place.</exception>
    public static StaySet Read(string recordsPath, string outcomesPath, string name, bool isPrivate = false, CancellationToken cancellationToken = default)
    {
        var outcomes = OutcomesFile.Read(outcomesPath, isPrivate);
        var problem = new RecordProblem(recordsPath, isPrivate);
        var cleaned = new CleaningCounts();
        var seen = new HashSet<long>();
        var stays = new List<Stay>();
        try
        {
            foreach (var record in RecordArchive.Read(recordsPath).AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(file => new RecordParser(file, problem).Parse()))
            {
                if (!seen.Add(record.Id))
                {
                    throw problem.Twice(record.File, record.Id);
                }

                cleaned.Add(record.Cleaned);
                if (outcomes.Remove(record.Id, out var outcome))
                {
                    stays.Add(new(new(record.Id, record.Id, record.Description, outcome), record.Observations));
                }
                else
                {
                    cleaned.Add(Cleaning.RecordWithoutOutcome);
                }
            }
        }
        catch (AggregateException failures) when (failures.InnerExceptions.OfType<InvalidDataException>().FirstOrDefault() is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
            throw;
        }

        cleaned.Add(Cleaning.OutcomeWithoutRecord, outcomes.Count);
        stays.Sort((one, other) => one.Admission.Id.CompareTo(other.Admission.Id));
        return new(name, stays, isPrivate ? null : cleaned);
    }
}
