using Quietune.LedgerLoad;

return Worker.Run(args, Console.Out, Console.Error);
