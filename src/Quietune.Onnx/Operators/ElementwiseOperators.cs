using Quietune.Onnx.Execution;
using static TorchSharp.torch;

namespace Quietune.Onnx.Operators;

/// <summary>Mathematical functions of one tensor, element by element.</summary>
/// <remarks>Source: ONNX specification, "Operators".</remarks>
internal static class ElementwiseOperators
{
    /// <summary>Adds the family.</summary>
    public static void AddTo(OperatorTable table)
    {
        One("Abs", x => x.abs());
        One("Neg", x => x.neg());
        One("Sign", x => x.sign(), since: 9);
        One("Reciprocal", x => x.reciprocal());
        One("Sqrt", x => x.sqrt());
        One("Exp", x => x.exp());
        One("Log", x => x.log());
        One("Erf", x => x.erf(), since: 9);
        One("Floor", x => x.floor());
        One("Ceil", x => x.ceil());
        One("Round", x => x.round(), since: 11);
        One("Sin", x => x.sin());
        One("Cos", x => x.cos());
        One("Tan", x => x.tan());
        One("Asin", x => x.asin());
        One("Acos", x => x.acos());
        One("Atan", x => x.atan());
        One("Sinh", x => x.sinh(), since: 9);
        One("Cosh", x => x.cosh(), since: 9);
        One("Tanh", x => x.tanh());
        One("Asinh", x => x.asinh(), since: 9);
        One("Acosh", x => x.acosh(), since: 9);
        One("Atanh", x => x.atanh(), since: 9);
        One("BitwiseNot", x => x.bitwise_not(), since: 18);

        void One(string name, Func<Tensor, Tensor> compute, long since = 1) => table.Add(name, call => compute(call.Input(0)), since);
    }
}
