using Quietune.Data;
using Quietune.Privacy.Budgets;
using Quietune.Tuning.Planning;

namespace Quietune.Auditing;

/// <summary>The plan that an audit puts on trial.</summary>
public static class AuditPlan
{
    /// <summary>A method's first plan, before any rehearsal, with its clip norm from public rows.</summary>
    /// <remarks>A rehearsal chooses settings for accuracy; the promise is the same with any of them.</remarks>
    /// <param name="expansion">The model and its public data.</param>
    /// <param name="method">One of <see cref="Methods.Names"/>.</param>
    /// <param name="budget">ε and δ of the promise.</param>
    /// <param name="nominalSize">N.</param>
    /// <param name="rows">Public rows in the private rows' place.</param>
    /// <param name="dimension">Coordinates that a geometry with a choice releases; null for as many as the method starts with, 0 for all.</param>
    /// <exception cref="ArgumentException">No method has this name, or no row has a finite gradient.</exception>
    public static TuningPlan Of(PublicExpansion expansion, string method, PrivacyBudget budget, long nominalSize, InMemoryExamples rows, int? dimension = null)
    {
        using var rehearsal = new Rehearsal(expansion, [new("rows on trial", rows, rows.Slice(0, 1))], measure: (_, _) => 0);
        var (start, _) = Methods.Of(method, expansion.Loss.Name, budget, nominalSize, expansion.Model.ParameterCount);
        return rehearsal.Frozen(dimension is null || start.Plan.Geometry.Dimension is null ? start
            : start with { Plan = start.Plan with { Geometry = start.Plan.Geometry with { Dimension = dimension == 0 ? null : dimension } } });
    }
}
