using Quietune.Onnx.Execution;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>Recurrent layers: forward, reverse, or both.</summary>
/// <remarks>Source: ONNX specification, <c>LSTM</c>, <c>GRU</c>, <c>RNN</c>.</remarks>
internal static class RecurrentOperators
{
    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        table.AddMany("LSTM", call => Run(call, gateCount: 4, ["Sigmoid", "Tanh", "Tanh"], LongShortTerm));
        table.AddMany("GRU", call => Run(call, gateCount: 3, ["Sigmoid", "Tanh"], Gated));
        table.AddMany("RNN", call => Run(call, gateCount: 1, ["Tanh"], Simple));
    }

    private static Tensor[] Run(NodeCall call, long gateCount, string[] activations, Func<NodeCall, RecurrentLayer, RecurrentState, Tensor, RecurrentState> step)
    {
        var batchFirst = call.Flag("layout");
        var x = batchFirst ? call.Input(0).transpose(0, 1) : call.Input(0);
        var direction = call.Text("direction", "forward");
        call.Check(direction is "forward" or "reverse" or "bidirectional", "direction forward, reverse or bidirectional", $"'{direction}'");
        var directions = direction == "bidirectional" ? 2 : 1;
        var (weight, recurrence) = (call.Input(1), call.Input(2));
        call.Check(x.dim() == 3 && weight.dim() == 3 && recurrence.dim() == 3 && weight.shape[0] == directions && recurrence.shape[0] == directions, $"a sequence, and weights of {directions} directions", "other shapes");
        var hidden = recurrence.shape[2];
        call.Check(weight.shape[1] == gateCount * hidden && recurrence.shape[1] == gateCount * hidden && call.Integer("hidden_size", hidden) == hidden, $"{gateCount} gates of {hidden}", $"{weight.shape[1]} and {recurrence.shape[1]} rows");
        var (hiddens, lasts, cells) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        for (var i = 0; i < directions; i++)
        {
            var functions = new RecurrentActivations(call, i, activations);
            var layer = new RecurrentLayer(call, i, gateCount, functions);
            var isReverse = i == 1 || direction == "reverse";
            var (all, last) = Walk(call, layer, x, isReverse, (state, projected) => step(call, layer, state, projected), batchFirst, i);
            hiddens.Add(all);
            lasts.Add(last.Hidden);
            cells.Add(last.Cell);
        }

        var y = stack(hiddens, 1);
        var (yHidden, yCell) = (stack(lasts), stack(cells));
        return batchFirst
            ? [y.permute(2, 0, 1, 3), yHidden.transpose(0, 1), yCell.transpose(0, 1)]
            : [y, yHidden, yCell];
    }

    /// <summary>Goes over time; an example whose sequence has not begun or has ended keeps its state and puts out 0.</summary>
    private static (Tensor All, RecurrentState Last) Walk(NodeCall call, RecurrentLayer layer, Tensor x, bool isReverse, Func<RecurrentState, Tensor, RecurrentState> step, bool batchFirst, int direction)
    {
        var (time, batch, hidden) = (x.shape[0], x.shape[1], layer.Hidden);
        var lengths = call.Optional(4);
        var projected = x.reshape(time * batch, x.shape[2]).mm(layer.Weight.t()).reshape(time, batch, -1) + layer.InputBias;
        var state = new RecurrentState(Initial(5), Initial(6));
        var outputs = new Tensor[time];
        for (var i = 0; i < time; i++)
        {
            var at = isReverse ? time - 1 - i : i;
            var next = step(state, projected.select(0, at));
            outputs[at] = next.Hidden;
            if (lengths is not null)
            {
                var isActive = lengths.gt(at).unsqueeze(1);
                outputs[at] = where(isActive, next.Hidden, zeros_like(next.Hidden));
                next = new RecurrentState(where(isActive, next.Hidden, state.Hidden), where(isActive, next.Cell, state.Cell));
            }

            state = next;
        }

        return (time == 0 ? zeros([0, batch, hidden], x.dtype, x.device) : stack(outputs), state);

        Tensor Initial(int input) => call.Optional(input) is { } given
            ? given.select(batchFirst ? 1 : 0, direction)
            : zeros([batch, hidden], x.dtype, x.device);
    }

    /// <summary>Gates stand in the order input, output, forget, cell; peepholes in the order input, output, forget.</summary>
    private static RecurrentState LongShortTerm(NodeCall call, RecurrentLayer layer, RecurrentState state, Tensor projected)
    {
        var gates = (projected + state.Hidden.mm(layer.Recurrence.t()) + layer.RecurrentBias).chunk(4, 1);
        var peep = layer.Peepholes?.chunk(3);
        var (f, g, h) = (layer.Activations[0], layer.Activations[1], layer.Activations[2]);
        var input = f(peep is null ? gates[0] : gates[0] + (peep[0] * state.Cell));
        var forget = call.Flag("input_forget") ? 1 - input : f(peep is null ? gates[2] : gates[2] + (peep[2] * state.Cell));
        var cell = (forget * state.Cell) + (input * g(gates[3]));
        var output = f(peep is null ? gates[1] : gates[1] + (peep[1] * cell));
        return new RecurrentState(output * h(cell), cell);
    }

    /// <summary>Gates stand in the order update, reset, hidden.</summary>
    private static RecurrentState Gated(NodeCall call, RecurrentLayer layer, RecurrentState state, Tensor projected)
    {
        var (f, g) = (layer.Activations[0], layer.Activations[1]);
        var inputs = projected.chunk(3, 1);
        var weights = layer.Recurrence.chunk(3);
        var biases = layer.RecurrentBias.chunk(3);
        var update = f(inputs[0] + state.Hidden.mm(weights[0].t()) + biases[0]);
        var reset = f(inputs[1] + state.Hidden.mm(weights[1].t()) + biases[1]);
        var fresh = call.Flag("linear_before_reset")
            ? g(inputs[2] + (reset * (state.Hidden.mm(weights[2].t()) + biases[2])))
            : g(inputs[2] + (reset * state.Hidden).mm(weights[2].t()) + biases[2]);
        return state with { Hidden = ((1 - update) * fresh) + (update * state.Hidden) };
    }

    private static RecurrentState Simple(NodeCall call, RecurrentLayer layer, RecurrentState state, Tensor projected) =>
        state with { Hidden = layer.Activations[0](projected + state.Hidden.mm(layer.Recurrence.t()) + layer.RecurrentBias) };
}
