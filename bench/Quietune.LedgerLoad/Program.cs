using Quietune.LedgerLoad;

return args is ["work", .. var rest] ? Worker.Run(rest, Console.Out, Console.Error) : Bars.Run(Console.Out);
