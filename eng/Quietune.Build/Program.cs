using Quietune.Build;

if (args is not ["shim", var source, var destination])
{
    Console.Error.WriteLine("Expected: shim SOURCE DESTINATION.");
    return 2;
}

try
{
    var changed = TorchShim.Place(source, destination, TorchShim.HostHasVersion());
    Console.WriteLine($"{destination}: {(changed ? TorchShim.NewestVersion + " marked weak" : "as published")}");
    return 0;
}
catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
