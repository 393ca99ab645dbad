"""The population register behind one protocol: an extract, Dukcapil's web service, or a civil registry by DCI."""
