namespace Quietune.Reporting.Figures;

/// <summary>The colours of a figure, by role; the page's style gives each a value in light and in dark.</summary>
internal enum Ink
{
    /// <summary>Words and the points that matter most.</summary>
    Text,

    /// <summary>Axis words and comparisons.</summary>
    Muted,

    /// <summary>Grid lines and frames.</summary>
    Grid,

    /// <summary>The subject of the figure.</summary>
    Accent,

    /// <summary>An area that belongs to the subject.</summary>
    Soft,

    /// <summary>The second subject.</summary>
    Warm,

    /// <summary>The third subject.</summary>
    Cool,

    /// <summary>A bar that stands for the state before.</summary>
    Plain,
}
