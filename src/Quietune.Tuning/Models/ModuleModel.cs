using Quietune.Tuning.Gradients;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Quietune.Tuning.Models;

/// <summary>A TorchSharp module as a tunable model: forward hooks record the layers that have a factor rule.</summary>
/// <remarks>
/// A module must be called, not its <c>forward</c>, for its hook to run; a parameter that reaches the output past its hook is found by
/// <see cref="GradientCheck"/> on public rows and then takes the slow exact road.
/// </remarks>
public sealed class ModuleModel : TunableModel
{
    private readonly nn.Module<Tensor, Tensor> module;
    private readonly List<ModuleLayer> layers;
    private readonly List<ParameterUse> recorded = [];
    private bool recording;
    private bool takesChannelsLast;

    /// <summary>Wraps a module, which is put in inference mode and owned from here on.</summary>
    /// <param name="module">From one input tensor, rows first, to one output.</param>
    /// <param name="trains">Which parameters to tune, by name; null for all.</param>
    /// <param name="slow">Names of blocks to take the slow exact road, as <see cref="GradientCheck"/> finds them.</param>
    /// <exception cref="ArgumentException">No parameter is to be tuned.</exception>
    public ModuleModel(nn.Module<Tensor, Tensor> module, Func<string, bool>? trains = null, IReadOnlySet<string>? slow = null)
    {
        this.module = module;
        module.eval();
        var names = module.named_parameters().Where(entry => trains?.Invoke(entry.name) ?? true).ToDictionary(entry => entry.parameter.Handle, entry => entry.name);
        foreach (var parameter in module.parameters())
        {
            parameter.requires_grad_(names.ContainsKey(parameter.Handle));
        }

        layers = ModuleLayer.Of(module, names, slow ?? new HashSet<string>());
        var covered = layers.SelectMany(layer => layer.Blocks).Distinct().ToList();
        var inBlocks = covered.SelectMany(block => new[] { block.Weight.Handle, block.Bias?.Handle ?? 0 }).ToHashSet();
        Unrecorded = [.. module.named_parameters().Where(entry => names.ContainsKey(entry.parameter.Handle) && !inBlocks.Contains(entry.parameter.Handle))
            .DistinctBy(entry => entry.parameter.Handle)
            .Select(entry => new ParameterBlock(entry.name, entry.parameter, null, 1, entry.parameter.numel(), 1, "one backward pass an example"))];
        Blocks = [.. covered, .. Unrecorded];
        if (Blocks.Count == 0)
        {
            throw new ArgumentException("Expected at least one parameter to tune, got none.", nameof(trains));
        }

        takesChannelsLast = module.modules().Any(part => part is Convolution { kernel_size.Length: 2 });
        foreach (var layer in layers)
        {
            layer.Module.register_forward_hook((_, input, output) => Hook(layer, input, output));
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterBlock> Blocks { get; }

    private IReadOnlyList<ParameterBlock> Unrecorded { get; }

    /// <inheritdoc/>
    public override Tensor Forward(IReadOnlyList<Tensor> inputs)
    {
        using var quiet = no_grad();
        return Call(inputs[0]);
    }

    /// <inheritdoc/>
    public override RecordedForward Record(IReadOnlyList<Tensor> inputs)
    {
        recording = true;
        try
        {
            var output = Call(inputs[0]);
            return new(output, [.. recorded], Unrecorded);
        }
        finally
        {
            recording = false;
            recorded.Clear();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            module.Dispose();
        }
    }

    private Tensor Call(Tensor input)
    {
        if (takesChannelsLast)
        {
            using var scope = NewDisposeScope();
            recorded.Clear();
            try
            {
                var output = module.call(ImageLayout.ChannelsLast(input));
                scope.MoveToOuter(scope.DisposablesView.ToList());
                return output;
            }
            catch (System.Runtime.InteropServices.ExternalException)
            {
                // A module may look at its values as if they lay in the order of their axes.
                takesChannelsLast = false;
            }
        }

        recorded.Clear();
        return module.call(input);
    }

    // The layer's own output is kept for differentiation; what follows gets another handle to it, because containers dispose
    // what passes between their members.
    private Tensor Hook(ModuleLayer layer, Tensor input, Tensor output)
    {
        if (!recording)
        {
            return output;
        }

        recorded.AddRange(layer.Uses(input.alias(), output));
        return output.alias();
    }
}
