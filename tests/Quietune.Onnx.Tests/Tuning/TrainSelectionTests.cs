using Quietune.Onnx.Tests.Building;
using Quietune.Onnx.Tests.Cases;
using Quietune.Tuning.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Quietune.Onnx.Tests.Tuning;

/// <summary>Which initializers words choose, and what is never chosen.</summary>
public sealed class TrainSelectionTests
{
    [Theory]
    [InlineData("all", "w1 s b w2 b2 head hb")]
    [InlineData("head", "head hb")]
    [InlineData("bias", "b b2 hb")]
    [InlineData("normalisation", "s b")]
    [InlineData("w*", "w1 w2")]
    [InlineData("*b*", "b b2 hb")]
    [InlineData("s hb", "s hb")]
    [InlineData("scale", "scale")]
    public void Choose_Words_GivesTheParameters(string words, string expected)
    {
        using var scope = NewDisposeScope();
        using var file = ModelFiles.Load(Network().ToArray());
        using var model = new OnnxModel(file, TrainSelection.Of(words.Split(' ')));
        Assert.Equal(expected.Split(' ').Order(), model.Parameters.Keys.Order());
    }

    [Theory]
    [InlineData("mean", "a running statistic")]
    [InlineData("eps", "a number that sets an operator")]
    [InlineData("unused", "does not reach the output")]
    [InlineData("w3", "'w3', which is none of 'w1'")]
    [InlineData("target", "'target', which is none of")]
    public void Choose_WhatCannotBeTuned_SaysWhy(string word, string reason)
    {
        using var scope = NewDisposeScope();
        using var file = ModelFiles.Load(Network().ToArray());
        var error = Assert.Throws<ArgumentException>(() => new OnnxModel(file, TrainSelection.Of(word)));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Choose_HeadOfMatMulAndAdd_HasTheWeight()
    {
        using var scope = NewDisposeScope();
        using var file = ModelFiles.Load(new ModelBuilder(13).Input("x", 2, 4).Weight("w", 4, 4).Weight("b", 4).Weight("v", 4, 3).Weight("c", 3)
            .Node("MatMul", "x w", "1").Node("Add", "1 b", "2").Node("Relu", "2", "3").Node("MatMul", "3 v", "4").Node("Add", "4 c", "5").Node("Softmax", "5", "y").ToArray());
        using var model = new OnnxModel(file, TrainSelection.Of("head"));
        Assert.Equal(["c", "v"], model.Parameters.Keys.Order());
    }

    [Fact]
    public void Choose_OneLogit_KeepsItsBias()
    {
        using var scope = NewDisposeScope();
        using var file = ModelFiles.Load(new ModelBuilder(13).Input("x", 2, 4).Weight("w", 4, 1).Weight("b", 1).Node("MatMul", "x w", "1").Node("Add", "1 b", "y").ToArray());
        using var model = new OnnxModel(file, TrainSelection.All, loss: LossFunction.Binary);
        Assert.Equal(["b", "w"], model.Parameters.Keys.Order());
    }

    [Fact]
    public void Choose_CentringOfInputsAndMasks_AreNotParameters()
    {
        using var scope = NewDisposeScope();
        var mask = zeros(4, 4).masked_fill(ones(4, 4, ScalarType.Bool).triu(1), -10000f);
        using var file = ModelFiles.Load(new ModelBuilder(13).Input("x", 2, 4, 5).Weight("mu", 5).Weight("sigma", ones(5) * 2).Weight("w", 5, 5).Weight("mask", mask)
            .Node("Sub", "x mu", "1").Node("Div", "1 sigma", "2").Node("MatMul", "2 w", "3").Node("Transpose", "3", "4", ("perm", new long[] { 0, 2, 1 })).Node("MatMul", "3 4", "5").Node("Add", "5 mask", "6").Node("Softmax", "6", "7").Node("MatMul", "7 3", "y").ToArray());
        using var model = new OnnxModel(file, TrainSelection.All);
        Assert.Equal(["w"], model.Parameters.Keys);
    }

    /// <summary>Two convolutions with a normalisation between, and a dense head.</summary>
    private static ModelBuilder Network() => new ModelBuilder(15).Input("x", 2, 3, 6, 6).Weight("w1", 4, 3, 3, 3).Weight("s", 4).Weight("b", 4).Weight("mean", 4).Weight("var", ones(4)).Weight("w2", 4, 4, 2, 2).Weight("b2", 4)
        .Weight("head", 5, 4).Weight("hb", 5).Real1("scale", 0.5).Real1("eps", 6).Weight("unused", 3).Numbers("target", -1, 4)
        .Node("Conv", "x w1", "1").Node("BatchNormalization", "1 s b mean var", "2").Node("Mul", "2 scale", "3").Node("Clip", "3 _ eps", "4").Node("Conv", "4 w2 b2", "5").Node("GlobalAveragePool", "5", "6").Node("Reshape", "6 target", "7").Node("Gemm", "7 head hb", "y", ("transB", 1));
}
